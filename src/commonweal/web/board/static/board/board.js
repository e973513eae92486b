// The board: the list brings its points along; the map takes them, and asks for units now and then.
(() => {
  const node = document.getElementById("board-map");

  const place = () => {
    const points = document.getElementById("board-points");
    node?.map?.getSource("calls")?.setData(JSON.parse(points.textContent));
  };
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "board") place();
  });

  const move = () => node?.dispatchEvent(new CustomEvent("live"));
  if (document.querySelector("[data-live]")) setInterval(() => document.hidden || move(), 3000);

  document.addEventListener("input", ({ target }) => {
    const shown = document.getElementById(target.dataset?.shows ?? "");
    if (shown) shown.textContent = `${target.value}:00`;
  });
})();
