// Keyboard: an element with data-key="n" is clicked or focused by that key; data-key-label says what it does.
// "?" lists the keys and can turn them off (WCAG 2.1.4). Keys rest while somebody types.
(() => {
  const isOff = () => localStorage.getItem("keys") === "off";
  const isTyping = (node) => node.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  const act = (node) => {
    if (node.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) node.focus();
    else node.click();
  };

  const list = () => {
    const dialog = document.getElementById("keys-dialog");
    const body = dialog?.querySelector("[data-keys-list]");
    if (!body) return;
    body.replaceChildren();
    for (const node of document.querySelectorAll("[data-key][data-key-label]")) {
      const row = document.createElement("li");
      const key = document.createElement("kbd");
      key.className = "cw-key";
      key.textContent = node.dataset.key;
      row.append(key, " ", node.dataset.keyLabel);
      body.append(row);
    }
    const off = dialog.querySelector("[data-keys-off]");
    off.checked = isOff();
    off.onchange = () => localStorage.setItem("keys", off.checked ? "off" : "on");
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (isTyping(event.target)) return;
    if (event.key === "?") return list();
    if (isOff()) return;
    if (event.key === "Enter" && event.target.matches("a, button, summary, [role=button]")) return;
    const node = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)]
      .find((one) => !one.disabled && one.offsetParent !== null);
    if (!node) return;
    event.preventDefault();
    act(node);
  });
})();
