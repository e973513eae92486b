// What is being typed outlives the session: it stays in this page's memory, covered, until the same person has
// signed in again in another tab. Nothing is stored; with the tab it is gone, and for anybody else it is dropped.
(() => {
  const as = document.body.dataset.as;
  const cover = document.getElementById("cover-dialog");
  if (!as || !cover) return;
  const OFTEN = 60000; // milliseconds between two questions whether the session still stands
  const TEXT = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=password], [type=search])";
  let heard = Date.now();
  let waits = null;
  let back = null;
  const cleared = new WeakSet();

  const texts = (form) => [...form.elements].filter((node) => node.matches(TEXT) && node.value !== node.defaultValue);
  const isTyped = () => [...document.forms].some((form) => form.method === "post" && texts(form).length);

  // whose session it is now; "" for nobody's, null where the server does not answer
  const whose = async (isSignOfLife) => {
    heard = Date.now();
    try {
      const answer = await fetch(cover.dataset.here, {
        redirect: "manual", cache: "no-store", headers: isSignOfLife ? {} : { "X-Background": "1" },
      });
      if (answer.status >= 500) return null;
      return answer.ok ? await answer.json() : { as: "" };
    } catch {
      return null;
    }
  };

  const shut = (next) => {
    waits = next ?? waits;
    if (cover.open) return;
    back = document.activeElement;
    document.body.classList.add("cw-shut");
    cover.showModal();
  };

  const open = async () => {
    if (!cover.open) return;
    const now = await whose(true);
    if (now?.as && now.as !== as) return location.reload();
    cover.querySelector("[data-cover-not-yet]").hidden = now?.as === as;
    if (now?.as !== as) return;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = now.token;
    document.body.classList.remove("cw-shut");
    cover.close();
    const { form, button } = waits ?? {};
    waits = null;
    if (form) return form.requestSubmit(button);
    back?.focus();
  };

  // writing is a sign of life: a long text must not run into the lock
  document.addEventListener("input", async ({ target }) => {
    if (!target.matches(TEXT) || Date.now() - heard < OFTEN) return;
    const now = await whose(true);
    if (now && now.as !== as) shut();
  });

  // before a text is sent from a page that was long open, ask whether anybody will take it
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter: button } = event;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (cleared.delete(form) || Date.now() - heard < OFTEN || !texts(form).length) return;
    event.preventDefault();
    const now = await whose(true);
    if (now && now.as !== as) return shut({ form, button });
    cleared.add(form);
    form.requestSubmit(button);
  });

  // a part of the page learnt that the session is over
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const to = event.detail.xhr.getResponseHeader("HX-Redirect") ?? "";
    if (!to.startsWith(document.body.dataset.lock) || !isTyped()) return;
    event.preventDefault();
    shut();
  });

  cover.addEventListener("cancel", (event) => event.preventDefault());
  cover.querySelector("[data-cover-again]").addEventListener("click", open);
  document.addEventListener("visibilitychange", () => document.hidden || open());

  // a page left alone asks here before it goes to the sign-in page: true where something is typed and now covered
  window.commonwealCover = () => {
    if (cover.open) return true;
    if (!isTyped()) return false;
    shut();
    whose(false);
    return true;
  };
})();
