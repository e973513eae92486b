// What a person takes back is gone from a page that stands open: <article data-still="card">.
//
// The feed says that something closed somewhere, and no more (kind "sharing.closed"). The page is then asked for
// again, as it was, through the gate; each part is drawn as it comes back, and one that does not come back goes.
// What somebody is typing stays.
(() => {
  const CLOSED = "sharing.closed";
  const APART = 400; // each window waits a little of its own
  const parts = () => document.querySelectorAll("[data-still]");
  const same = (page, part) => page.querySelector(`[data-still="${CSS.escape(part.dataset.still)}"]`);
  const chosenAnew = (field) => [...field.options].some((one) => one.selected !== one.defaultSelected);
  const isTyped = (field) => (field.matches("select") ? chosenAnew(field) : field.value !== field.defaultValue);
  const FIELDS = "textarea[id], select[id], input[id]:not([type=hidden], [type=radio], [type=checkbox])";
  let waiting = 0;

  const keep = (part, fresh) => {
    for (const field of part.querySelectorAll(FIELDS)) {
      const again = fresh.querySelector(`#${CSS.escape(field.id)}`);
      if (again && isTyped(field)) again.value = field.value;
    }
    const folded = fresh.querySelectorAll("details");
    for (const [place, one] of part.querySelectorAll("details").entries()) {
      if (folded[place]) folded[place].open = one.open;
    }
  };

  const draw = (part, fresh) => {
    if (!fresh) part.remove();
    else if (fresh.textContent !== part.textContent) {
      keep(part, fresh);
      part.replaceWith(fresh);
      window.htmx?.process(fresh);
    }
  };

  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) for (const part of parts()) draw(part, same(page, part));
    else document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  };

  // no answer is no leave to go on showing it; a page that was opened by an act goes to the one that it came from
  const shut = () => {
    const elsewhere = document.querySelector("[data-still-else]")?.dataset.stillElse;
    for (const part of parts()) part.remove();
    if (elsewhere) location.assign(elsewhere);
  };

  document.addEventListener("commonweal:change", ({ detail }) => {
    if (detail.kind !== CLOSED || !parts().length) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => look().catch(shut), Math.random() * APART);
  });
})();
