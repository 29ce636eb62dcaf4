"use strict";
// Lights up the passage that the address names and shows beside the text what was read from it.
(() => {
  const panel = document.getElementById("reading");
  const hint = document.querySelector(".hint");
  const lines = document.querySelector(".lines");
  const counterpart = document.querySelector(".counterpart");
  const part = (name) => panel.querySelector(name);
  const invitation = hint.textContent;
  let chosen = null;

  const anchorOf = (element) => element.id || element.dataset.of;
  const entryOf = (anchor) => lines.querySelector(`[data-for="${CSS.escape(anchor)}"]`);
  const piecesOf = (anchor) => [
    document.getElementById(anchor),
    ...lines.querySelectorAll(`[data-of="${CSS.escape(anchor)}"]`),
  ];
  const lineOf = (element) => element.closest(".line");
  const isShown = (element) => document.getElementById(`show-${element.classList[0]}`)?.checked ?? false;
  const isMark = (element) => isShown(element) || !document.querySelector(".legend");

  function passagesOver(pieces) {
    const outer = [];
    for (let one = pieces[0].parentElement; !one.matches(".words"); one = one.parentElement) outer.unshift(one);
    const inner = pieces.flatMap((piece) => [...piece.querySelectorAll("mark, span")]);
    const anchors = [...outer, ...inner].map(anchorOf);
    return [...new Set(anchors)].filter((anchor) => anchor !== chosen);
  }

  function linkTo(anchor) {
    const item = document.createElement("li");
    item.append(entryOf(anchor).querySelector(".to").cloneNode(true));
    return item;
  }

  function fill(anchor, pieces) {
    const told = entryOf(anchor).cloneNode(true);
    const heading = told.querySelector(".to");
    heading.replaceWith(heading.querySelector(".kind"), lineLink(pieces[0]));
    part(".told").replaceChildren(...told.childNodes);
    part("blockquote").textContent = quoteOf(pieces);
    part(".copied").textContent = "";
    const around = passagesOver(pieces).map(linkTo);
    part(".around ul").replaceChildren(...around);
    part(".around").hidden = around.length === 0;
    panel.scrollTop = 0;
  }

  function quoteOf(pieces) {
    const isNewLine = (piece, before) => before && lineOf(piece) !== lineOf(before);
    const text = pieces.map((piece, i) => (isNewLine(piece, pieces[i - 1]) ? "\n" : "") + piece.textContent).join("");
    return text.replace(/<br\s*\/?>/gi, "\n"); // a line break inside a cell
  }

  function lineLink(element) {
    const at = lineOf(element).querySelector(".at");
    const link = document.createElement("a");
    link.href = at.getAttribute("href");
    link.textContent = at.getAttribute("aria-label");
    return link;
  }

  function placeOf(pieces) {
    const isSheet = getComputedStyle(panel).position === "fixed";
    const room = isSheet ? panel.getBoundingClientRect().top : innerHeight;
    return { top: pieces[0].getBoundingClientRect().top, bottom: pieces.at(-1).getBoundingClientRect().bottom, room };
  }

  // Moves a passage to the middle of what the panel leaves free; its beginning to the top where it is longer.
  function bringToMiddle(pieces) {
    const { top, bottom, room } = placeOf(pieces);
    scrollBy(0, top - Math.max(8, (room - (bottom - top)) / 2));
  }

  function isInSight(pieces) {
    const { top, bottom, room } = placeOf(pieces);
    return top >= 0 && bottom <= room;
  }

  function forget() {
    for (const piece of lines.querySelectorAll(".chosen")) piece.classList.remove("chosen");
    chosen = null;
    panel.hidden = true;
    hint.hidden = false;
    hint.textContent = invitation;
  }

  // An address may name a line, or nothing that is here.
  function showLine(anchor) {
    const line = document.getElementById(anchor);
    if (line) line.classList.toggle("chosen", line.matches(".line"));
    else if (anchor) hint.textContent = hint.dataset.unknown;
  }

  function show(anchor) {
    forget();
    counterpart.hash = anchor;
    if (!entryOf(anchor)) {
      showLine(anchor);
      return;
    }
    chosen = anchor;
    const pieces = piecesOf(anchor);
    for (const piece of pieces) piece.classList.add("chosen");
    fill(anchor, pieces);
    panel.hidden = false;
    hint.hidden = true;
    if (!isInSight(pieces)) bringToMiddle(pieces);
    panel.focus({ preventScroll: true });
  }

  function go(anchor) {
    if (location.hash !== `#${anchor}`) history.pushState(null, "", `#${anchor}`);
    show(anchor);
  }

  function close() {
    const control = entryOf(chosen).closest("details").querySelector("summary");
    forget();
    control.focus({ preventScroll: true });
  }

  function step(by) {
    const marks = [...lines.querySelectorAll(".words [id]")].filter(isMark);
    const here = document.getElementById(chosen);
    const following = marks.findIndex(
      (mark) => here.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const after = following < 0 ? marks.length : following;
    const before = after - 1 - (marks[after - 1] === here ? 1 : 0);
    const mark = marks[by > 0 ? after : before];
    if (mark) go(mark.id);
  }

  // JupyterLab's server shows a file as a page without an origin, and refuses whatever such a page asks it for.
  function dropRefusedLinks() {
    if (origin !== "null" || location.protocol === "file:") return;
    for (const link of document.querySelectorAll('a[href]:not([href^="#"])')) {
      if (link.host === location.host) link.replaceWith(...link.childNodes);
    }
  }

  async function copy() {
    const text = part(".cite");
    try {
      await navigator.clipboard.writeText(text.textContent);
      part(".copied").textContent = panel.dataset.copied;
    } catch {
      getSelection().selectAllChildren(text);
      part(".copied").textContent = panel.dataset.select;
    }
  }

  // The innermost mark that is shown, or else the innermost passage.
  function passageAt(target) {
    const around = [];
    for (let one = target; one && !one.matches(".words"); one = one.parentElement) {
      if (one.matches("mark, span")) around.push(one);
    }
    return around.find(isShown) ?? around.find((one) => one.matches("span")) ?? null;
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target.closest('a[href^="#"]');
    if (link && entryOf(link.hash.slice(1))) {
      event.preventDefault();
      go(link.hash.slice(1));
    } else if (event.target.closest(".words") && getSelection().isCollapsed) {
      const passage = passageAt(event.target);
      if (passage) go(anchorOf(passage));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) close();
  });
  part(".close").addEventListener("click", close);
  part(".copy").addEventListener("click", copy);
  part(".previous").addEventListener("click", () => step(-1));
  part(".next").addEventListener("click", () => step(1));
  addEventListener("hashchange", () => show(location.hash.slice(1)));
  // The browser goes to the passage once more when all is loaded, and does not know of the panel.
  addEventListener("load", () => chosen && bringToMiddle(piecesOf(chosen)));

  dropRefusedLinks();
  document.documentElement.dataset.reading = "ready";
  show(location.hash.slice(1));
})();
