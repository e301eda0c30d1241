// The map of a page is an SVG that the server drew, with a link on every shape. Where there is JavaScript, Leaflet lets people zoom
// and move it; what the links do stays the same. Nothing is fetched: there are no tiles.
"use strict";

(() => {
  const frame = document.querySelector("[data-map]");
  const drawing = frame && frame.querySelector("svg");
  if (!drawing || !window.L) return;
  const { width, height } = drawing.viewBox.baseVal;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const paper = L.latLngBounds([-height, 0], [0, width]); // Leaflet's simple plane: y goes up

  frame.classList.add("map-live");
  frame.style.aspectRatio = `${width} / ${height}`;
  drawing.remove();
  const view = frame.appendChild(document.createElement("div"));
  view.className = "map-view";
  const map = L.map(view, {
    crs: L.CRS.Simple,
    attributionControl: false,
    zoomControl: false,
    keyboard: false, // the links and the buttons have the keyboard
    scrollWheelZoom: false, // a page that is scrolled must not zoom
    zoomSnap: 0,
    zoomDelta: 0.75,
    minZoom: -3,
    maxZoom: 5,
    maxBounds: paper.pad(0.1),
    zoomAnimation: !calm,
    fadeAnimation: false,
    inertia: !calm,
  });
  L.svgOverlay(drawing, paper, { interactive: true }).addTo(map);

  // Numbers keep their size on the screen, whatever the zoom.
  const keep = () => drawing.style.setProperty("--map-scale", String(drawing.clientWidth / width || map.getZoomScale(map.getZoom(), 0)));
  const whole = () => map.fitBounds(paper, { animate: false });
  let smallest = 0;
  const fit = () => {
    map.setMinZoom(-3);
    whole();
    smallest = map.getZoom();
    map.setMinZoom(smallest);
    keep();
  };

  const bar = document.createElement("div");
  bar.className = "map-bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Zoom");
  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return bar.appendChild(made);
  };
  button("+", "Zoom in", () => map.zoomIn());
  const out = button("−", "Zoom out", () => map.zoomOut());
  const all = button("Whole map", "Show the whole map", whole);
  frame.before(bar);

  const settle = () => {
    const far = map.getZoom() <= smallest + 0.01;
    for (const one of [out, all]) one.setAttribute("aria-disabled", String(far));
    // a finger on the whole map scrolls the page; once zoomed in it moves the map
    if (far && L.Browser.mobile) map.dragging.disable();
    else map.dragging.enable();
    view.classList.toggle("map-still", far && L.Browser.mobile);
    keep();
  };
  map.on("zoomend resize", settle);
  fit();
  settle();
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    fit();
    settle();
  }).observe(frame);

  // What has the keyboard is in view, and its area is outlined.
  const areaOf = (event) => {
    const mark = event.target.closest("[data-area]");
    return mark && document.getElementById(mark.dataset.area);
  };
  drawing.addEventListener("focusin", (event) => {
    const area = areaOf(event);
    if (!area) return;
    area.classList.add("map-focus");
    const circle = event.target.closest("[data-area]").querySelector("circle");
    map.panInside([-circle.cy.baseVal.value, circle.cx.baseVal.value], { padding: [24, 24], animate: false });
  });
  drawing.addEventListener("focusout", (event) => areaOf(event)?.classList.remove("map-focus"));
})();
