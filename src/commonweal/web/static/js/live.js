// Live parts: <section data-live="calls units" hx-get="..." hx-trigger="live"> is fetched again, through the
// gate, when an event of one of these kinds arrives ("calls", "calls.received", or one record: "call:<id>").
(() => {
  const state = document.querySelector("[data-live-state]");
  const waiting = new Map();
  const drawn = new WeakMap();
  // a part is drawn soon after the first event, then not again before it has rested: a busy minute brings
  // several events a second, and fifty open boards must not ask at the same moment for each of them: each
  // waits a little of its own, still drawn within the second
  const SOON = 100;
  const APART = 400;
  const REST = 1500;
  let heard = 0;

  const say = (name) => {
    if (state) state.textContent = state.dataset[name] ?? "";
    document.body.dataset.feed = name;
  };

  const refresh = (part) => {
    if (waiting.has(part)) return;
    const since = performance.now() - (drawn.get(part) ?? -REST);
    const rest = since < REST ? REST - since + Math.random() * 300 : 0;
    waiting.set(part, setTimeout(() => {
      waiting.delete(part);
      drawn.set(part, performance.now());
      // page.js tells the server what has been heard: nothing older may be drawn
      part.dispatchEvent(new CustomEvent("live", { bubbles: false, detail: { heard } }));
    }, Math.max(SOON + Math.random() * APART, rest)));
  };

  const touch = (names) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const wanted = part.dataset.live.split(" ");
      if (!names || wanted.some((name) => names.includes(name))) refresh(part);
    }
  };

  const poll = () => setInterval(() => touch(null), 15000);

  const source = new EventSource("/live/");
  source.addEventListener("open", () => say("on"));
  source.addEventListener("error", () => {
    say("off");
    // closed for good: this server has no stream, so ask now and then
    if (source.readyState === EventSource.CLOSED) poll();
  });
  source.addEventListener("change", ({ data }) => {
    const { sequence, kind, about, id } = JSON.parse(data);
    heard = Math.max(heard, sequence);
    touch([kind, kind.split(".")[0], `${about}:${id}`]);
    document.dispatchEvent(new CustomEvent("commonweal:change", { detail: { kind, about, id } }));
  });
  // the server may have skipped ahead while we were away
  source.addEventListener("reset", () => touch(null));
  addEventListener("pagehide", () => source.close());
})();
