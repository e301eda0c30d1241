// The drawing of a cluster: what the tables say, for the eye. Reports and identifiers come from this server as JSON, and so does what is
// around a report that is opened. Colours are the page's own. Without this script the tables are all there is, and complete.
"use strict";

(() => {
  const frame = document.querySelector("[data-graph]");
  const part = document.querySelector("[data-graph-part]");
  const said = document.querySelector("[data-graph-said]");
  if (!frame || !part || !window.cytoscape) return;
  const MOST = 120; // nodes: more than that nobody reads
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);
  const opened = new Set();
  part.hidden = false;

  const style = () => {
    const ink = colour("--ink");
    const paper = colour("--paper");
    const line = colour("--line-strong");
    return [
      { selector: "node", style: { label: "data(name)", color: ink, "font-size": 11, "text-valign": "bottom", "text-margin-y": 4, "background-color": paper, "border-color": ink, "border-width": 1.5, width: 26, height: 26, "min-zoomed-font-size": 7, "text-background-color": paper, "text-background-opacity": 0.85, "text-background-padding": 1 } },
      { selector: "node[sort = 'report']", style: { "background-color": colour("--accent"), "font-weight": 600 } },
      { selector: "node.here", style: { width: 36, height: 36, "border-width": 4 } },
      { selector: "node[sort = 'identifier']", style: { shape: "round-rectangle", width: 30, height: 18 } },
      { selector: "node.silent", style: { "border-style": "dashed", "background-color": colour("--sunk") } },
      { selector: "node.chosen", style: { "border-width": 5, "border-color": ink, "border-style": "double" } },
      { selector: "edge", style: { width: "data(width)", "line-color": line, "curve-style": "haystack" } },
      { selector: "edge.silent", style: { "line-style": "dashed" } },
      { selector: "edge.tie", style: { "line-color": colour("--accent"), width: 3 } },
    ];
  };
  const drawing = window.cytoscape({ container: frame, elements: [], style: style(), minZoom: 0.2, maxZoom: 3, userZoomingEnabled: false, boxSelectionEnabled: false, autounselectify: true });

  const tell = (text) => {
    said.textContent = text;
  };
  const wordsOf = (node) => {
    const data = node.data();
    const near = node.neighborhood("node").length;
    if (data.sort === "report") return `Report ${data.number}, ${near} beside it. ${opened.has(data.number) ? "Everything around it is shown." : "Enter shows what is around it."}`;
    return `${data.kind}: ${data.label}. ${data.rule}. ${data.hub ? "A hub: it links nobody. " : ""}${near} reports here.`;
  };
  const choose = (node) => {
    drawing.nodes(".chosen").removeClass("chosen");
    node.addClass("chosen");
    const box = node.renderedBoundingBox();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > drawing.width() || box.y2 > drawing.height()) drawing.center(node);
    tell(wordsOf(node));
  };

  const lay = () => drawing.layout({ name: "cose", animate: false, randomize: false, fit: true, padding: 30, nodeRepulsion: () => 9000, idealEdgeLength: () => 70, componentSpacing: 60 }).run();
  const put = (told) => {
    const fresh = [];
    let left = 0;
    const have = (id) => drawing.getElementById(id).length > 0 || fresh.some((one) => one.data.id === id);
    const room = () => drawing.nodes().length + fresh.length < MOST;
    const add = (data, classes) => {
      if (have(data.id)) return;
      if (room()) fresh.push({ group: "nodes", data, classes, position: { x: 40 * (fresh.length % 9), y: 40 * Math.floor(fresh.length / 9) } });
      else left += 1;
    };
    const rules = new Map();
    const at = new Map();
    for (const edge of told.edges) {
      rules.set(edge.identifier, edge.title);
      at.set(edge.identifier, (at.get(edge.identifier) || 0) + 1);
    }
    for (const one of told.reports) add({ id: `r${one.id}`, sort: "report", number: one.id, name: String(one.id) }, one.id === Number(frame.dataset.report) ? "here" : "");
    for (const one of told.identifiers) {
      if ((at.get(one.id) || 0) < 2 && !one.hub && !told.edges.some((edge) => edge.identifier === one.id && edge.cut)) continue;
      add({ id: `i${one.id}`, sort: "identifier", kind: one.kind, label: one.label, name: short(one.label), rule: rules.get(one.id) || "", hub: one.hub }, told.edges.some((edge) => edge.identifier === one.id && edge.joins) ? "" : "silent");
    }
    const edges = [];
    for (const edge of told.edges) {
      const id = `e${edge.report}-${edge.identifier}`;
      if (have(`r${edge.report}`) && have(`i${edge.identifier}`) && !drawing.getElementById(id).length) {
        edges.push({ group: "edges", data: { id, source: `r${edge.report}`, target: `i${edge.identifier}`, width: 1 + 3 * edge.strength }, classes: edge.joins ? "" : "silent" });
      }
    }
    for (const tie of told.ties) {
      const id = `t${tie.low}-${tie.high}`;
      if (have(`r${tie.low}`) && have(`r${tie.high}`) && !drawing.getElementById(id).length) {
        edges.push({ group: "edges", data: { id, source: `r${tie.low}`, target: `r${tie.high}`, width: 3 }, classes: "tie" });
      }
    }
    drawing.add([...fresh, ...edges]);
    if (fresh.length) lay();
    return [fresh.length, left];
  };

  const open = async (number) => {
    if (opened.has(number)) return;
    const address = frame.dataset.graph.replace(/\/\d+\//, `/${number}/`);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const [more, left] = put(await answer.json());
      opened.add(number);
      tell(left ? `The drawing is full: ${left} more are in the tables of their reports.` : more ? `${more} more are shown.` : "Nothing else is around it.");
    } catch {
      tell("What is around it could not be read. The tables below are complete.");
    }
  };

  drawing.on("tap", "node", (event) => {
    choose(event.target);
    if (event.target.data("sort") === "report") open(event.target.data("number"));
  });
  frame.addEventListener("keydown", (event) => {
    const nodes = drawing.nodes();
    if (!nodes.length || event.ctrlKey || event.altKey || event.metaKey) return;
    const now = nodes.filter(".chosen");
    const place = now.length ? nodes.toArray().findIndex((one) => one.same(now)) : -1;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) choose(nodes[(place + step + nodes.length) % nodes.length]);
    else if (event.key === "Enter" && now.length && now.data("sort") === "report") open(now.data("number"));
    else if (event.key === "+") drawing.zoom({ level: drawing.zoom() * 1.3, renderedPosition: { x: drawing.width() / 2, y: drawing.height() / 2 } });
    else if (event.key === "-" || event.key === "−") drawing.zoom({ level: drawing.zoom() / 1.3, renderedPosition: { x: drawing.width() / 2, y: drawing.height() / 2 } });
    else if (event.key === "0") drawing.fit(undefined, 30);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const bar = document.createElement("div");
  bar.className = "graph-bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Zoom");
  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    bar.appendChild(made);
  };
  button("+", "Zoom in", () => drawing.zoom(drawing.zoom() * 1.3));
  button("−", "Zoom out", () => drawing.zoom(drawing.zoom() / 1.3));
  button("Everything", "Show everything", () => drawing.fit(undefined, 30));
  frame.before(bar);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawing.style(style()));
  new ResizeObserver(() => drawing.resize()).observe(frame);

  open(Number(frame.dataset.report)).then(() => {
    frame.dataset.graphReady = "yes";
    const here = drawing.nodes(".here");
    if (here.length) choose(here);
  });
})();
