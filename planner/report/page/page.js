"use strict";
// Draws the pictures of the report, changes what the map shows, and sorts the tables.
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const plots = [...document.querySelectorAll(".plot")];
  const chosen = new Map(); // what each map shows: colour, period, scenario
  const HORIZON = "", BASE = "base", NARROW = 560;
  let printing = false;

  function layout(plot) {
    const figure = report.figures[plot.dataset.figure];
    const meta = figure.layout.meta || {};
    const width = printing ? PRINTED : Math.max(plot.parentNode.clientWidth, meta.narrowest || 0);
    const height = meta.aspect ? Math.round(Math.min(width / meta.aspect, 620)) : figure.layout.height;
    const theme = dark.matches && !printing ? report.themes.dark : report.themes.light;
    return { ...figure.layout, width, height, template: theme, font: { size: width < NARROW ? 11 : 13 } };
  }

  function data(plot) {
    const id = plot.dataset.figure, traces = report.figures[id].data, map = report.maps[id];
    if (!map) return traces;
    const show = chosen.get(id);
    const view = map.views[`${show.scenario}\n${show.period}`], colours = map.colours[show.colour];
    const lanes = traces.slice(0, map.lanes).map((trace) => ({ ...trace, visible: false }));
    view.lane.forEach((lane, at) => {
      const line = { width: view.width[at], color: colours[view.colour[show.colour][at]] };
      lanes[lane] = { ...traces[lane], visible: true, line, meta: view.told[at] };
    });
    return [...lanes, ...traces.slice(map.lanes)];
  }

  const PRINTED = 680; // pixels across a printed page
  const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

  function draw(plot) {
    Plotly.react(plot, data(plot), layout(plot), CONFIG);
  }

  // a new picture is there at once, where one that changes may still be moving when the page is printed
  function drawAll() {
    for (const plot of plots) Plotly.newPlot(plot, data(plot), layout(plot), CONFIG);
  }

  for (const id of Object.keys(report.maps)) chosen.set(id, { colour: "status", period: HORIZON, scenario: BASE });

  for (const bar of document.querySelectorAll(".switches")) {
    const id = bar.dataset.map, plot = document.querySelector(`[data-figure="${id}"]`);
    const redraw = () => {
      const show = chosen.get(id);
      for (const legend of document.querySelectorAll(`[data-legend^="${id} "]`))
        legend.hidden = legend.dataset.legend !== `${id} ${show.colour}`;
      for (const button of bar.querySelectorAll("[data-colour]"))
        button.setAttribute("aria-pressed", String(button.dataset.colour === show.colour));
      draw(plot);
    };
    for (const button of bar.querySelectorAll("[data-colour]"))
      button.addEventListener("click", () => { chosen.get(id).colour = button.dataset.colour; redraw(); });
    for (const select of bar.querySelectorAll("select"))
      select.addEventListener("change", () => { chosen.get(id)[select.dataset.part] = select.value; redraw(); });
  }

  function sort(head) {
    const at = [...head.parentNode.children].indexOf(head), body = head.closest("table").tBodies[0];
    const numeric = !head.classList.contains("text");
    const before = head.getAttribute("aria-sort");
    // figures are read from the largest down, names from A
    const ascending = before ? before === "descending" : !numeric;
    const key = (row) => row.children[at].dataset.key;
    const compare = numeric
      ? (a, b) => (key(a) === "" ? -Infinity : Number(key(a))) - (key(b) === "" ? -Infinity : Number(key(b)))
      : (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
    const rows = [...body.rows].sort((a, b) => (ascending ? compare(a, b) : compare(b, a)) || 0);
    body.append(...rows);
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  }

  for (const button of document.querySelectorAll("th button"))
    button.addEventListener("click", () => sort(button.parentNode));

  // a printed page has every table, and pictures that fit it
  let closed = [];
  addEventListener("beforeprint", () => {
    printing = true;
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((details) => { details.open = true; });
    drawAll();
  });
  addEventListener("afterprint", () => {
    printing = false;
    closed.forEach((details) => { details.open = false; });
    drawAll();
  });
  dark.addEventListener("change", drawAll);
  let width = innerWidth, waiting = 0;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 120);
  });
  drawAll();
})();
