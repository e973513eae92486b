// On the pages of those who are not signed in: keys and cards go; what was not sent stays, sealed, without its
// key. A phone that was shut out hands that in, sealed as it is, and keeps nothing.
import { Dexie } from "../vendor/dexie/dexie.mjs";
import { fitting, open } from "./store.mjs";

const handIn = async (db) => {
  const rows = await db.queue.orderBy("seq").toArray();
  const leases = new Map((await db.leases.toArray()).map((one) => [one.id, one]));
  for (const id of new Set(rows.map((row) => row.lease))) {
    const token = leases.get(id)?.token;
    const operations = rows.filter((row) => row.lease === id).map((row) => ({ id: row.id, sealed: row.sealed }));
    while (token && operations.length) {
      const batch = operations.splice(0, fitting(operations.slice(0, 200)).length);
      const answer = await fetch("/field/sync/", {
        method: "POST", redirect: "manual", headers: { "Content-Type": "application/json", "X-Field-Lease": token },
        body: JSON.stringify({ operations: batch }),
      });
      if (!answer.ok) return false;
    }
  }
  return true;
};

if (await Dexie.exists("commonweal-field")) {
  const db = open();
  const isShutOut = document.querySelector("[data-shut-out]") !== null;
  const waiting = await db.queue.count();
  if (isShutOut) {
    if (!waiting || await handIn(db)) await db.delete();
  } else if (!waiting) await db.delete();
  else {
    // the token alone stays: with it a lost phone can still hand in what nobody can read on it
    await db.leases.toCollection().modify((lease) => { delete lease.key; lease.expires = 0; });
    await Promise.all([db.packs.clear(), db.facts.clear()]);
  }
  document.body.dataset.left = "done";
}
