// Maps: own GeoJSON as the base, no tile server. Each [data-map] reads its layers from the JSON beside it.
import * as maplibre from "../vendor/maplibre/maplibre-gl.mjs";

maplibre.setWorkerUrl(new URL("../vendor/maplibre/maplibre-gl-worker.mjs", import.meta.url).href);

const TIERS = ["match", ["get", "tier"], "T0", "#6d0f12", "T1", "#b50909", "T2", "#6b2fb3", "T3", "#1a5fb4", "T4", "#00695c", "#565c65"];

const shade = (layer) => {
  if (!layer.stops) return layer.colour ?? "#0b4a60";
  const [first, ...rest] = layer.stops;
  return ["step", ["coalesce", ["to-number", ["get", layer.property]], 0], first[1], ...rest.flat()];
};

const paints = {
  base: (layer) => [["fill", { "fill-color": layer.colour ?? "#e7ecee" }], ["line", { "line-color": "#c3ced3", "line-width": 1 }]],
  area: (layer) => [["fill", { "fill-color": shade(layer), "fill-opacity": layer.opacity ?? 0.55 }], ["line", { "line-color": "#8a989e", "line-width": 0.8 }]],
  cell: (layer) => [["fill", { "fill-color": shade(layer), "fill-opacity": layer.opacity ?? 0.7 }], ["line", { "line-color": "#ffffff", "line-width": 0.6 }]],
  line: (layer) => [["line", { "line-color": layer.colour ?? "#a9b7bd", "line-width": layer.width ?? 1.2 }]],
  point: (layer) => [["circle", {
    "circle-radius": layer.radius ?? 7,
    "circle-color": layer.property === "tier" ? TIERS : shade(layer),
    "circle-stroke-color": "#ffffff",
    "circle-stroke-width": 2,
  }]],
};

const empty = { type: "FeatureCollection", features: [] };

const fetched = async (url) => {
  const answer = await fetch(url, { headers: { "X-Background": "1", Accept: "application/geo+json" } });
  // where the session has ended meanwhile, the answer is the page to sign in
  const isData = answer.ok && (answer.headers.get("content-type") ?? "").includes("json");
  return isData ? answer.json() : empty;
};

const corners = (collection, box) => {
  const walk = (point) => (typeof point[0] === "number" ? box.extend(point) : point.forEach(walk));
  for (const feature of collection.features ?? []) if (feature.geometry) walk(feature.geometry.coordinates);
};

const show = async (node) => {
  const layers = JSON.parse(document.getElementById(node.dataset.layers).textContent);
  const map = new maplibre.Map({
    container: node,
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f4f7f8" } }] },
    attributionControl: false,
    locale: { "NavigationControl.ZoomIn": node.dataset.in, "NavigationControl.ZoomOut": node.dataset.out, "Map.Title": node.dataset.mapWords },
    cooperativeGestures: false,
    fadeDuration: 0,
  });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  node.map = map;
  await new Promise((done) => (map.loaded() ? done() : map.once("load", done)));
  const box = new maplibre.LngLatBounds();
  for (const layer of layers) {
    const data = layer.data ?? (layer.url ? await fetched(layer.url) : empty);
    corners(data, box);
    map.addSource(layer.name, { type: "geojson", data });
    paints[layer.kind](layer).forEach(([type, paint], i) => map.addLayer({ id: `${layer.name}-${i}`, type, source: layer.name, paint }));
    if (layer.label)
      map.addLayer({
        id: `${layer.name}-label`, type: "symbol", source: layer.name,
        layout: { "text-field": ["to-string", ["get", layer.label]], "text-size": 12, "text-anchor": layer.kind === "point" ? "top" : "center", "text-offset": layer.kind === "point" ? [0, 0.7] : [0, 0] },
        paint: { "text-color": "#1b2b31", "text-halo-color": "#ffffff", "text-halo-width": 1.4 },
      });
    map.on("click", `${layer.name}-0`, ({ features }) => {
      const { href } = features[0].properties;
      if (href) window.htmx.ajax("GET", href, { target: "#drawer-holder", source: node });
    });
    map.on("mouseenter", `${layer.name}-0`, ({ features }) => (map.getCanvas().style.cursor = features[0].properties.href ? "pointer" : ""));
    map.on("mouseleave", `${layer.name}-0`, () => (map.getCanvas().style.cursor = ""));
  }
  if (!box.isEmpty()) map.fitBounds(box, { padding: 40, maxZoom: 14, animate: false });
  node.querySelector(".cw-map__wait")?.remove();
  node.dataset.ready = "yes";
  node.addEventListener("live", () => layers.filter((layer) => layer.url).forEach(async (layer) => map.getSource(layer.name)?.setData(await fetched(layer.url))));
};

const start = (root) => root.querySelectorAll("[data-map]:not([data-ready])").forEach((node) => {
  node.dataset.ready = "drawing";
  show(node);
});
start(document);
document.addEventListener("htmx:afterSwap", ({ detail }) => start(detail.target));
