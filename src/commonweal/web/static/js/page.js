// Every page: the token and the "not a person" mark on requests, drawers, counters, the language's way back.
(() => {
  const cookie = (name) =>
    document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-CSRFToken"] = cookie("__Host-csrftoken") ?? cookie("csrftoken") ?? "";
    // what the page asks by itself is no sign of life
    const heard = detail.triggeringEvent?.type === "live" && detail.triggeringEvent.detail?.heard;
    if (heard) detail.headers["X-Heard"] = heard;
    if (detail.triggeringEvent?.type === "live" || detail.elt.matches(".cw-bell")) detail.headers["X-Background"] = "1";
  });

  // an act without an answer says so: silence would be taken for done
  const IS_TOLD = /^(40\d|500|503)$/; // the answers that stand on the page by themselves (htmx-config)
  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"])
    document.addEventListener(kind, ({ detail }) => {
      if (detail.requestConfig.headers["X-Background"] || IS_TOLD.test(detail.xhr.status)) return;
      document.getElementById("messages").replaceChildren(document.getElementById("unanswered").content.cloneNode(true));
      document.querySelector("#messages [tabindex]").focus();
    });

  // drawers: focus goes in, Escape and the cross close, focus comes back
  let before = null;
  let again = null;
  const close = () => {
    const drawer = document.querySelector("[data-drawer]");
    if (!drawer) return false;
    drawer.remove();
    const opener = before?.isConnected ? before : document.querySelector(again ?? "#drawer-holder");
    opener?.focus();
    return true;
  };
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "drawer-holder") {
      // a message posted inside the drawer renews it: the way back stays what it was
      if (!detail.target.contains(detail.requestConfig.elt) && detail.requestConfig.elt.isConnected) {
        before = detail.requestConfig.elt;
        again = commonwealSame(before);
      }
      detail.target.querySelector("h2")?.focus();
    }
    if (detail.target.id === "messages") detail.target.querySelector("[tabindex]")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector(".cw-account[open]");
    if (menu?.contains(document.activeElement)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (close()) event.preventDefault();
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-close-drawer]")) close();
    if (target.closest("button[data-print]")) window.print();
    const step = target.closest("[data-step]");
    if (step) {
      const number = step.closest("[data-counter]").querySelector("input");
      Number(step.dataset.step) > 0 ? number.stepUp() : number.stepDown();
      number.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const menu of document.querySelectorAll(".cw-account[open]"))
      if (!menu.contains(target)) menu.open = false;
  });

  // a term's meaning opens under its word
  document.addEventListener("beforetoggle", ({ target, newState }) => {
    if (newState !== "open" || !target.matches(".cw-term__meaning")) return;
    const word = document.querySelector(`[popovertarget="${target.id}"]`).getBoundingClientRect();
    target.style.left = `${Math.max(8, Math.min(word.left, innerWidth - 336))}px`;
    target.style.top = `${Math.min(word.bottom + 6, innerHeight - 160)}px`;
  }, true);

  for (const field of document.querySelectorAll(".cw-language [name=next]"))
    field.value ||= location.pathname + location.search;

  // one menu: folded on a phone, always open on a wide screen
  const wide = matchMedia("(min-width: 64em)");
  const unfold = () => {
    for (const menu of document.querySelectorAll("[data-wide-open]")) menu.open = wide.matches;
  };
  unfold();
  wide.addEventListener("change", unfold);

  // on paper nothing can be unfolded
  let unfolded = [];
  addEventListener("beforeprint", () => {
    const moment = document.querySelector("[data-printed]");
    const form = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    if (moment) moment.textContent = `, ${new Date().toLocaleString(document.documentElement.lang, form)}`;
    unfolded = [...document.querySelectorAll("details[data-prints]:not([open])")];
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => unfolded.forEach((part) => (part.open = false)));

  // a page left alone hides what it shows and goes to the sign-in page; the server has locked it by then
  const idle = Number(document.body.dataset.idleSeconds);
  if (idle) {
    let last = Date.now();
    for (const kind of ["pointerdown", "keydown", "touchstart"])
      document.addEventListener(kind, () => (last = Date.now()), { passive: true });
    const watch = setInterval(() => {
      if (Date.now() - last < (idle + 5) * 1000 || window.commonwealCover?.()) return;
      clearInterval(watch); // once: asking again would cut off a slow answer
      document.body.hidden = true;
      // the mark outlives the way to the banner, also where another request locked the session before this one
      history.replaceState(history.state, "", "#idle");
      location.reload();
    }, 5000);
  }
})();
