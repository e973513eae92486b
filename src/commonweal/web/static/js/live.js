// Live parts: <section data-live="calls units" hx-get="..." hx-trigger="live"> is fetched again, through the
// gate, when an event of one of these kinds arrives ("calls", "calls.received", or one record: "call:<id>").
(() => {
  const state = document.querySelector("[data-live-state]");
  const as = document.body.dataset.as;
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

  // What any window of this browser heard, all of them take.
  const take = ({ says, names, change, sequence }) => {
    if (says) say(says);
    if (sequence) heard = Math.max(heard, sequence);
    if (names !== undefined) touch(names);
    if (change) document.dispatchEvent(new CustomEvent("commonweal:change", { detail: change }));
  };

  // One stream for all windows of a browser: without HTTP/2 it opens six connections to a server and no more,
  // and six open boards would leave none for the next page. Whoever holds the lock listens and tells the others;
  // a window without locks (plain http) listens for itself.
  const others = "BroadcastChannel" in window && navigator.locks ? new BroadcastChannel("live") : null;
  const tell = (message) => {
    take(message);
    others?.postMessage(message);
  };
  let source = null;
  let said = null;
  let leave = null;
  let cookie = as;
  let polling = 0;

  const listen = (missed) => {
    source?.close();
    clearInterval(polling);
    source = new EventSource("/live/");
    source.addEventListener("open", () => tell({ says: (said = "on") }));
    source.addEventListener("error", () => {
      tell({ says: (said = "off") });
      // closed for good: this server has no stream, so ask now and then
      clearInterval(polling);
      if (source.readyState === EventSource.CLOSED) polling = setInterval(() => tell({ names: null }), 15000);
    });
    source.addEventListener("change", ({ data }) => {
      const { sequence, kind, about, id } = JSON.parse(data);
      tell({ sequence, names: [kind, kind.split(".")[0], `${about}:${id}`], change: { kind, about, id } });
    });
    // the server may have skipped ahead while we were away; so may what came between two listeners
    source.addEventListener("reset", () => tell({ names: null }));
    if (missed) source.addEventListener("hello", () => tell({ names: null }), { once: true });
  };

  const lead = (missed) =>
    new Promise((done) => {
      listen(missed);
      leave = done;
    });

  let enough = new AbortController();
  const join = (missed) => {
    if (!others) return listen(missed);
    enough = new AbortController();
    navigator.locks
      .request("live", { ifAvailable: true }, (lock) => (lock ? lead(missed) : "taken"))
      .then((answer) => {
        if (answer !== "taken") return null;
        others.postMessage({ joins: as });
        return navigator.locks.request("live", { signal: enough.signal }, () => lead(true));
      })
      .catch(() => {});
  };

  others?.addEventListener("message", ({ data }) => {
    if (!("joins" in data)) return take(data);
    if (!source) return;
    // signed in as somebody else, or again: the stream is that session's from here on
    if (data.joins !== cookie || source.readyState === EventSource.CLOSED) {
      cookie = data.joins;
      listen(true);
    } else if (said) others.postMessage({ says: said });
  });

  join(false);
  addEventListener("pagehide", () => {
    source?.close();
    source = null;
    clearInterval(polling);
    enough.abort();
    leave?.();
  });
  // taken out of the browser's memory again, by its back button
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    join(true);
    touch(null);
  });
})();
