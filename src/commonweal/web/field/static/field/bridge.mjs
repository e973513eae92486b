// On pages with network: fetch what goes along, keep what a lost request would have lost, share the place.
import { Connection, duress } from "./connect.mjs";

const connection = new Connection();
const MANY = "presenting_needs behaviours risks techniques injured services_offered services_declined".split(" ");
const YES_NO = ["consent_to_talk", "consent_to_photograph", "arrest_criteria", "arrest_made"];

const ready = async () => {
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
    const worker = await navigator.serviceWorker.ready;
    worker.active?.postMessage("renew");
  }
  await connection.begin();
  await connection.round({ background: true });
  document.body.dataset.field = "ready"; // from here on the network may go
};

// A card that could not be sent is kept and sent later, field by field.
const kept = async (form) => {
  const record = form.dataset.record;
  if (!record || !connection.queue) return;
  const given = new FormData(form);
  const card = given.get("card");
  const names = new Set([...given.keys(), ...(MANY.includes(card) ? [card] : [])]);
  for (const name of names) {
    if (["csrfmiddlewaretoken", "card"].includes(name)) continue;
    const value = MANY.includes(name) ? given.getAll(name)
      : YES_NO.includes(name) ? given.get(name) === "yes" : given.get(name);
    await connection.add("set", record, value, name);
  }
};
document.addEventListener("htmx:sendError", ({ detail }) => kept(detail.elt.closest("form")));

// Sign-out hands in first what can be handed in; what cannot stays sealed for the next sign-in.
document.addEventListener("click", async (event) => {
  const way = event.target.closest('a[href*="/logout/"]');
  if (!way || !connection.queue || !Number(document.body.dataset.waiting)) return;
  event.preventDefault();
  await connection.round();
  location.assign(way.href);
});

// The place is shared while the switch says so, and at no other time.
const share = document.querySelector("[data-share-place]");
let watch = null;
const send = ({ coords }) => fetch(share.dataset.sharePlace, {
  method: "POST", body: new URLSearchParams({
    lon: coords.longitude, lat: coords.latitude, csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
  }), headers: { "X-Background": "1" },
}).catch(() => {});
const sharing = (wanted) => {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = wanted ? navigator.geolocation.watchPosition(send, () => sharing(false), { maximumAge: 15_000 }) : null;
  share.setAttribute("aria-checked", String(wanted));
  share.querySelector("[data-share-state]").textContent = wanted ? share.dataset.on : share.dataset.off;
  document.body.dataset.sharing = wanted ? "yes" : "no";
};
share?.addEventListener("click", () => sharing(share.getAttribute("aria-checked") !== "true"));

const badge = document.querySelector("[data-duress]");
if (badge) duress(badge, connection);
await ready();
