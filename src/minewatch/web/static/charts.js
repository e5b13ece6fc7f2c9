"use strict";
// Draws every <div class="chart" data-chart="address of a plotly figure as JSON"> in the page's own colours.
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const themed = (layout) => ({
    autosize: true,
    margin: { l: 56, r: 16, t: 12, b: 40 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colour("--ink"), family: getComputedStyle(document.body).fontFamily, size: 13 },
    colorway: ["--cool", "--accent", "--good", "--bad", "--soft"].map(colour),
    legend: { orientation: "h", y: 1.12, x: 0 },
    hoverlabel: { font: { family: getComputedStyle(document.body).fontFamily } },
    ...layout,
    xaxis: { gridcolor: colour("--rule"), zerolinecolor: colour("--rule"), ...(layout.xaxis || {}) },
    yaxis: { gridcolor: colour("--rule"), zerolinecolor: colour("--rule"), rangemode: "tozero", ...(layout.yaxis || {}) },
  });
  const zh = document.documentElement.lang.startsWith("zh");
  const draw = async (box) => {
    try {
      const answer = await fetch(box.dataset.chart, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const figure = await answer.json();
      box.textContent = "";
      await Plotly.newPlot(box, figure.data, themed(figure.layout || {}), {
        responsive: true,
        displaylogo: false,
        modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
      });
      box.setAttribute("role", "group"); // its buttons can be reached by keyboard, which an img would hide
      box.dataset.drawn = "yes";
    } catch (error) {
      box.textContent = zh ? `图表无法载入（${error.message}）` : `The chart could not be loaded (${error.message}).`;
      box.dataset.drawn = "no";
    }
  };
  const boxes = [...document.querySelectorAll(".chart[data-chart]")];
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      draw(entry.target);
    }
  });
  for (const box of boxes) watcher.observe(box);
  window.minewatchDraw = draw;
})();
