// Names in a message: @ opens the list of those who may read the thread; arrows, Enter or Tab choose, Escape closes.
//
//   data-mentions="id"       on a textarea: the list, whose items have data-name
//   data-mentions-say="..."  said once when names are offered
(() => {
  const MOST = 6;
  let area = null, box = null, start = 0, at = 0;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const close = () => {
    box?.remove();
    for (const name of ["aria-activedescendant", "aria-controls"]) area?.removeAttribute(name);
    area = box = null;
  };

  const select = (number) => {
    at = (number + box.children.length) % box.children.length;
    [...box.children].forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
    area.setAttribute("aria-activedescendant", box.children[at].id);
  };

  const choose = (option) => {
    const node = area, end = node.selectionEnd, text = `@${option.dataset.name} `;
    node.setRangeText(text, start, end, "end");
    close();
    node.focus();
  };

  const draw = (node, found) => {
    const wasOpen = box !== null;
    close();
    area = node;
    box = document.createElement("ul");
    box.id = "mention-names";
    box.className = "cw-names";
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", node.dataset.mentionsSay ?? "");
    found.forEach((one, n) => {
      const option = document.createElement("li");
      option.id = `mention-${n}`;
      option.setAttribute("role", "option");
      option.dataset.name = one.dataset.name;
      option.textContent = one.textContent.replace(/\s+/g, " ").trim();
      box.append(option);
    });
    node.after(box);
    node.setAttribute("aria-controls", box.id);
    select(0);
    const says = document.getElementById("says");
    if (!wasOpen && says) says.textContent = `${node.dataset.mentionsSay ?? ""} (${found.length})`;
  };

  const look = (node) => {
    const typed = /(?:^|[^\w@.])@([^@\n]{0,40})$/u.exec(node.value.slice(0, node.selectionEnd));
    if (!typed) return close();
    const wanted = plain(typed[1]);
    const people = [...(document.getElementById(node.dataset.mentions)?.querySelectorAll("[data-name]") ?? [])];
    const fits = (name) => plain(name).split(/\s+/).some((_, n, words) => words.slice(n).join(" ").startsWith(wanted));
    const found = people.filter((one) => fits(one.dataset.name)).slice(0, MOST);
    if (!found.length) return close();
    start = node.selectionEnd - typed[1].length - 1;
    draw(node, found);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-mentions]")) look(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!box || event.target !== area) return;
    const acts = {
      ArrowDown: () => select(at + 1), ArrowUp: () => select(at - 1), Escape: close,
      Enter: () => choose(box.children[at]), Tab: () => choose(box.children[at]),
    };
    if (!acts[event.key] || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.("#mention-names [role=option]");
    if (!option) return box && event.target !== area ? close() : undefined;
    event.preventDefault();
    choose(option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === area) close();
  });
})();
