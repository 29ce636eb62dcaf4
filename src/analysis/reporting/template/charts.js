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

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    if (spec.width === undefined && (spec.mark || spec.layer) && !spec.encoding?.facet
        && !spec.encoding?.row && !spec.encoding?.column) {
      spec.width = "container"; // as wide as the page, down to a phone
    }
    // not the labelled element itself: Vega would take its label away
    await vegaEmbed(figure.querySelector(".drawing > div"), spec, {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      ast: true, // expressions are interpreted, not compiled: the page's policy forbids eval
      config: { aria: false }, // the description is the chart's text; hundreds of marks read aloud are not
    });
    if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0; // so that arrow keys can scroll it
  }

  try {
    await unpack();
    for (const figure of figures) await draw(figure);
    document.documentElement.dataset.charts = "drawn";
  } catch (error) {
    console.error(error);
    for (const figure of figures) {
      if (!figure.querySelector("svg")) figure.querySelector(".undrawn").hidden = false;
    }
  }
})();
