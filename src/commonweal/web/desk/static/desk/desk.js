// The call desk: dialogs by key, suggestions by arrow and Enter, the narrative kept by Ctrl and Enter.
(() => {
  const close = (node) => node.closest("dialog")?.close();

  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      const units = dialog.querySelector("[data-units-field]");
      if (units) units.value = opener.dataset.units ?? "";
      dialog.showModal();
      dialog.querySelector("input:checked, select, .usa-input")?.focus();
    }
    if (target.closest("[data-closes]")) close(target);
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-suggest]");
    const note = event.target.closest?.("[data-note]");
    if (note && event.key === "Enter" && event.ctrlKey) note.requestSubmit();
    if (!form) return;
    const options = [...form.querySelectorAll("button.desk-option")];
    const now = options.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      options[Math.min(Math.max(now + step, 0), options.length - 1)].focus();
    } else if (event.key === "Enter" && now < 0 && (options.length || form.dataset.suggest)) {
      event.preventDefault();
      options[0]?.click();
    } else if (event.key === "Escape") form.querySelector(".desk-suggest").replaceChildren();
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) return;
    if (detail.requestConfig.verb !== "get") close(detail.elt); // what a dialog asks for keeps it open
    if (detail.elt.matches("[data-note]")) detail.elt.reset();
    if (detail.elt.matches("form[data-suggest]")) {
      detail.elt.querySelector(".desk-suggest").replaceChildren();
      if (detail.elt.dataset.suggest) detail.elt.reset();
      const chosen = detail.elt.querySelector("[data-place]")?.dataset.place;
      if (chosen) detail.elt.querySelector("[name=q]").value = chosen;
      document.getElementById("question")?.focus();
    }
  });
})();
