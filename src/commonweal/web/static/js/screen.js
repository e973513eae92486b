// A question that depends on an earlier one appears once that one is answered with anything but its first option.
(() => {
  const form = document.querySelector("[data-screen]");
  if (!form) return;
  const opens = (name) => {
    const options = [...form.elements[name]];
    return options.findIndex((option) => option.checked) > 0;
  };
  const show = () => {
    for (const item of form.querySelectorAll("[data-only-if]")) {
      item.hidden = !item.dataset.onlyIf.split(" ").some(opens);
    }
  };
  form.addEventListener("change", show);
  show();
})();
