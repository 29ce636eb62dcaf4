// For readers who do not point, or do not see: what scrolls sideways can be reached by keyboard, the search has a name,
// and the buttons beside code are no landmarks of the page.
const scrolling = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .entity-diagram, .md-typeset pre > code")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("load", () => {
  document.querySelector(".md-search").ariaLabel = document.querySelector(".md-search__input").ariaLabel;
  for (const buttons of document.querySelectorAll(".md-code__nav")) buttons.role = "none";
  scrolling();
  addEventListener("resize", scrolling);
});
