// A page that answers an act begins where it says what happened; a refusal leads to the field that it names.
//
//   .cw-error       what was refused
//   .cw-told        what was done, or the heading of what was found; an address that names a part leads there
//   data-fault      in a refusal: the name of the field
//   data-answers    on what stands for a field of that name which nobody sees
(() => {
  const error = document.querySelector(".cw-error");
  const fault = error?.querySelector("[data-fault]");

  // the field's group where it has several answers
  const lead = (field) => {
    const isChoice = field.matches("[type=radio], [type=checkbox]");
    const whole = (isChoice && field.closest("fieldset")) || field;
    whole.setAttribute("aria-describedby", `${whole.getAttribute("aria-describedby") ?? ""} fault`.trim());
    if (!isChoice) field.setAttribute("aria-invalid", "true");
    if (field.matches(".usa-input, .usa-textarea, .usa-select")) field.classList.add("usa-input--error");
    for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    whole.id ||= "at-fault";
    if (whole !== field) whole.tabIndex = -1; // the question above its answers
    fault.replaceChildren(Object.assign(document.createElement("a"), { href: `#${whole.id}`, textContent: fault.textContent }));
  };

  if (fault) {
    const name = CSS.escape(fault.dataset.fault);
    const named = [...document.querySelectorAll(`main [name="${name}"], main [data-answers="${name}"]`)];
    const field = named.find((one) => one.type !== "hidden" && !(one.closest("[class*=-way-]")?.offsetParent === null));
    if (field) lead(field);
  }
  const part = location.hash && document.getElementById(location.hash.slice(1));
  const told = part ? part.matches("[tabindex]") && part : document.querySelector(".cw-told");
  const begin = error ?? (told || null);
  const show = () => {
    if (begin.getBoundingClientRect().bottom > innerHeight / 2) begin.scrollIntoView({ block: "start" });
  };
  if (!begin) return;
  begin.focus();
  show();
  // the bulletins that arrive above it must not push it under the bar at the foot
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (begin === document.activeElement && target.closest(".cw-strip")) show();
  });
})();
