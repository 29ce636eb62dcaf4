"use strict";
// Unpacks the page's one copy of Vega and draws every chart from the specification beside it.
(async () => {
  const packed = document.getElementById("vega").textContent;
  const figures = document.querySelectorAll("figure.chart");

  async function unpack() {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const script = document.createElement("script");
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    script.textContent = await new Response(stream).text();
    document.head.append(script); // runs at once: the page's policy knows its hash
  }

  const options = {
    mode: "vega-lite",
    renderer: "svg",
    actions: false,
    defaultStyle: false,
    ast: true, // expressions are interpreted, not compiled: the page's policy forbids eval
    config: { aria: false }, // the description is the chart's text; hundreds of marks read aloud are not
  };

  function isOneView(spec) {
    return (spec.mark || spec.layer) && !spec.encoding?.facet && !spec.encoding?.row && !spec.encoding?.column;
  }

  async function draw(figure) {
    const { title, ...spec } = JSON.parse(figure.querySelector("script").textContent); // the page sets the title as text
    if (spec.width === undefined && isOneView(spec)) {
      spec.width = "container"; // as wide as the page, down to a phone
    }
    // not the labelled element itself: Vega would take its label away
    const { view } = await vegaEmbed(figure.querySelector(".drawing > div"), spec, options);
    leadToSources(view, figure);
    if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0; // so that arrow keys can scroll it
  }

  // A line is one mark of many figures, and a group is none; every other mark is one, and the data table has them all.
  function source(item) {
    return ["line", "area", "group"].includes(item?.mark?.marktype) ? undefined : item?.datum?.source;
  }

  function leadToSources(view, figure) {
    const drawing = figure.querySelector(".drawing");
    view.addEventListener("mouseover", (_event, item) => { drawing.style.cursor = source(item) ? "pointer" : ""; });
    view.addEventListener("mouseout", () => { drawing.style.cursor = ""; });
    view.addEventListener("click", (_event, item) => {
      // Only to the pages beside this one: what a chart holds was read from a document.
      if (source(item)?.startsWith("sources/")) location.assign(source(item));
    });
  }

  function offerPictures(figure) {
    const place = figure.nextElementSibling?.querySelector(".downloads");
    for (const kind of place ? ["SVG", "PNG"] : []) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = place.dataset.picture.replace("{}", kind);
      button.addEventListener("click", () => save(figure, kind));
      place.append(button);
    }
  }

  // The picture has a title of its own, as it leaves the page, and the size of a page whatever the window's.
  async function save(figure, kind) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    if (spec.width === undefined && isOneView(spec)) spec.width = 800;
    const { view } = await vegaEmbed(document.createElement("div"), spec, options);
    const url = await view.toImageURL(kind.toLowerCase(), kind === "PNG" ? 2 : 1);
    Object.assign(document.createElement("a"), { href: url, download: `${figure.dataset.file}.${kind.toLowerCase()}` })
      .click();
    view.finalize();
  }

  try {
    await unpack();
    for (const figure of figures) {
      await draw(figure);
      offerPictures(figure);
    }
    document.documentElement.dataset.charts = "drawn";
  } catch (error) {
    console.error(error);
    for (const figure of figures) {
      if (!figure.querySelector("svg")) figure.querySelector(".undrawn").hidden = false;
    }
  }
})();
