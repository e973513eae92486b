// The page of an encounter's photographs: what is taken is kept on the phone first and sent from there, once.
import { Connection, duress } from "./connect.mjs";
import { keep, show } from "./photos.mjs";

const connection = new Connection();
const list = document.querySelector("[data-photos-waiting]");
const form = document.querySelector("[data-photo]");
const answer = document.querySelector("[data-photo-answer]");
const record = form?.dataset.photo ?? answer?.dataset.photoAnswer;

// With network the page tells what became of it; without, what waits stands here and leaves by itself.
const went = async () => {
  const how = await connection.round();
  if (how === "online") location.reload();
  else await show(connection, record, list);
};

await connection.begin();
form?.addEventListener("submit", async (event) => {
  if (!connection.queue) return; // the form goes as it is
  event.preventDefault();
  if (await keep(form, connection, record)) {
    form.reset();
    await went();
  }
});
answer?.addEventListener("submit", async (event) => {
  if (!connection.queue || navigator.onLine) return;
  event.preventDefault();
  await connection.queue.add("set", record, event.submitter.value === "yes", "consent_to_photograph");
  await went();
});
const badge = document.querySelector("[data-duress]");
if (badge) duress(badge, connection);
if (record && connection.disk) await show(connection, record, list);
document.body.dataset.field = "ready";
await connection.round({ background: true });
