// Opens a sealed downtime pack in the browser: no network, no other file. The age is this computer's to tell.
(() => {
  const locked = document.getElementById("locked");
  const age = document.getElementById("age");
  const form = locked.querySelector("form");
  const says = document.getElementById("says");
  const head = locked.dataset.head;
  const told = JSON.parse(head);
  const language = document.documentElement.lang;
  const plain = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

  const ago = (minutes) => {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "always" });
    if (minutes < 120) return words.format(-minutes, "minute");
    return minutes < 2880 ? words.format(-Math.floor(minutes / 60), "hour") : words.format(-Math.floor(minutes / 1440), "day");
  };
  const warning = (minutes) => {
    if (minutes < -5) return age.dataset.ahead;
    if (Date.now() > Date.parse(told.until)) return age.dataset.past;
    return told.every && minutes > 2 * told.every ? age.dataset.late : "";
  };
  const look = () => {
    const minutes = Math.floor((Date.now() - Date.parse(told.made)) / 60000);
    const day = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
    const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: told.zone, timeZoneName: "short" };
    const when = new Intl.DateTimeFormat(language, { ...day, ...hour });
    age.querySelector("b").textContent = ago(Math.max(minutes, 0));
    age.querySelector("span").textContent = when.format(new Date(told.made));
    const warns = warning(minutes);
    age.querySelector("em").textContent = warns;
    age.classList.toggle("late", warns !== "");
  };

  const opened = async (passphrase) => {
    const word = new TextEncoder().encode(passphrase.normalize("NFKC").trim());
    const base = await crypto.subtle.importKey("raw", word, "PBKDF2", false, ["deriveKey"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: plain(told.salt), iterations: told.rounds };
    const key = await crypto.subtle.deriveKey(way, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const seal = { name: "AES-GCM", iv: plain(told.nonce), additionalData: new TextEncoder().encode(head) };
    const body = plain(document.getElementById("body").content.textContent);
    return new TextDecoder().decode(await crypto.subtle.decrypt(seal, key, body));
  };
  const show = (text) => {
    const pack = new DOMParser().parseFromString(text, "text/html");
    document.title = pack.title;
    document.documentElement.lang = pack.documentElement.lang;
    for (const style of pack.querySelectorAll("style")) document.head.append(document.adoptNode(style));
    const main = document.adoptNode(pack.querySelector("main"));
    locked.replaceWith(main);
    const title = main.querySelector("h1");
    title.tabIndex = -1;
    title.focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.elements.passphrase;
    const button = form.querySelector("button");
    button.disabled = true;
    says.textContent = form.dataset.opening;
    try {
      const text = await opened(field.value);
      field.value = "";
      show(text);
    } catch {
      says.textContent = crypto.subtle ? form.dataset.wrong : form.dataset.old;
      button.disabled = false;
      field.focus();
      field.select();
    }
  });
  look();
  setInterval(look, 20000);
  form.hidden = false;
})();
