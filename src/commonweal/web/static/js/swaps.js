// A part of the page was renewed: focus stays where it was, an open detail stays open, what is new is said once.
//
//   data-then="#id"       in a form: where focus goes when the pressed button is gone
//   data-keep             on details: stays open through a renewal
//   data-say="name"       its words are said, politely, when they differ from the last ones of that name
//   data-say-every="20"   at most once in so many seconds
//   data-say-now          at once, over whatever is being read
(() => {
  const quote = (text) => `"${CSS.escape(text)}"`;

  // the same thing in the renewed part: by id, by address, by its form and value
  const same = (node) => {
    if (node.id) return `#${CSS.escape(node.id)}`;
    const name = ["href", "hx-get", "data-key", "data-opens"].find((one) => node.hasAttribute(one));
    const own = name ? `${node.localName}[${name}=${quote(node.getAttribute(name))}]` : node.localName;
    const value = node.name ? `[name=${quote(node.name)}]${node.type === "text" ? "" : `[value=${quote(node.value)}]`}` : "";
    const action = node.closest("form[action]")?.getAttribute("action");
    if (action) return `form[action=${quote(action)}] ${own}${value}`;
    if (node.localName === "summary") return `details.${node.parentElement.classList[0]} > summary`;
    return name ? own : null;
  };

  let lost = null;
  const remember = () => {
    const node = document.activeElement;
    // a second part is renewed before focus came back from the first: what was lost stays sought
    if (!node || node === document.body) return lost?.node.isConnected ? (lost = null) : null;
    const homes = [];
    for (let up = node.parentElement; up; up = up.parentElement) if (up.id) homes.push(up.id);
    lost = { node, then: node.closest("[data-then]")?.dataset.then, same: same(node), homes };
  };

  const find = ({ then, same, homes }) => {
    const exact = (then ?? same) && document.querySelector(then ?? same);
    if (exact && !exact.disabled) return exact;
    const home = homes.map((id) => document.getElementById(id)).find(Boolean);
    return home?.querySelector("h1, h2, h3") ?? home;
  };

  const restore = () => {
    if (!lost || lost.node.isConnected) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    const node = find(lost);
    lost = null;
    if (!node) return;
    if (!node.matches("a[href], button, input, select, textarea, summary, [tabindex]")) node.tabIndex = -1;
    node.focus({ preventScroll: true });
  };

  let open = [];
  const kept = (node) => `${node.id || node.classList[0]}`;
  const keep = () => (open = [...document.querySelectorAll("details[data-keep][open]")].map(kept));
  const reopen = () => {
    for (const node of document.querySelectorAll("details[data-keep]:not([open])"))
      if (open.includes(kept(node))) node.open = true;
  };

  const last = new Map();
  // what is drawn for the eye alone is not said
  const words = (node) => {
    const copy = node.cloneNode(true);
    for (const drawn of copy.querySelectorAll("[aria-hidden=true]")) drawn.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const speak = (node, text) => {
    const region = document.getElementById(node.hasAttribute("data-say-now") ? "says-now" : "says");
    region.textContent = region.textContent && Date.now() - (region.at ?? 0) < 700 ? `${region.textContent}. ${text}` : text;
    region.at = Date.now();
  };
  const say = (isFirst) => {
    for (const node of document.querySelectorAll("[data-say]")) {
      const before = last.get(node.dataset.say);
      const now = { text: words(node), at: Date.now() };
      if (before?.text === now.text) continue;
      if (before && now.at - before.at < Number(node.dataset.sayEvery ?? 0) * 1000) continue;
      last.set(node.dataset.say, now);
      if (now.text && (!isFirst || node.hasAttribute("data-say-now"))) speak(node, now.text);
    }
  };

  const settle = () => {
    reopen();
    restore();
    say(false);
  };
  document.addEventListener("htmx:beforeSwap", () => {
    remember();
    keep();
  });
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:oobAfterSwap", settle);
  // a form that its own answer replaced hears of no swap: the request's end is told to what is left of the page
  document.addEventListener("htmx:afterRequest", settle);
  say(true);
  window.commonwealSame = same;
})();
