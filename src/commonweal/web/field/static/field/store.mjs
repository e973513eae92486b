// What lies on the phone's disk: every word of it sealed (AES-GCM) under the lease's key, which the browser
// holds where no script can read it out. What is open is ids and numbers alone.
import { Dexie } from "../vendor/dexie/dexie.mjs";

const NAME = "commonweal-field";
const text = new TextEncoder();
const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const bytes = (said) => Uint8Array.from(atob(said), (sign) => sign.charCodeAt(0));

export const open = () => {
  const db = new Dexie(NAME);
  db.version(1).stores({
    leases: "id, account", queue: "++seq, &id, lease", marks: "name", facts: "name", packs: "name", shown: "++n, id, lease",
  });
  return db;
};

// As the server opens it: nonce, then ciphertext, in base64; `about` is bound to it.
export const seal = async (key, about, value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: text.encode(about) }, key, text.encode(JSON.stringify(value)),
  );
  return base64(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
};

export const unseal = async (key, about, sealed) => {
  const data = bytes(sealed);
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: data.slice(0, 12), additionalData: text.encode(about) }, key, data.slice(12),
  );
  return JSON.parse(new TextDecoder().decode(plain));
};

const imported = async ({ id, key, token, expires }, account) => ({
  id, token, expires, account,
  key: await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]),
});

export class Disk {
  constructor(db, lease) { Object.assign(this, { db, lease, keys: new Map([[lease.id, lease.key]]) }); }

  // The lease that this phone holds, while it lasts; what is over loses its key and all that it opened.
  static async found(db, now = Date.now()) {
    const skew = (await db.facts.get("skew"))?.value ?? 0;
    const leases = await db.leases.toArray();
    const over = leases.filter((one) => one.expires <= now + skew);
    if (over.length) await db.leases.bulkDelete(over.map((one) => one.id));
    const running = leases.filter((one) => one.expires > now + skew).sort((a, b) => b.expires - a.expires)[0];
    if (!running) {
      await db.packs.clear();
      return null;
    }
    return Disk.of(db, running);
  }

  static async of(db, lease) {
    const disk = new Disk(db, lease);
    for (const one of await db.leases.where("account").equals(lease.account).toArray()) disk.keys.set(one.id, one.key);
    return disk;
  }

  // Take what the server handed out; nobody else's keys or cards stay beside it.
  static async leased(db, given) {
    const rows = await Promise.all([given, ...given.earlier].map((one) => imported(one, given.account)));
    const others = await db.leases.filter((one) => one.account !== given.account).primaryKeys();
    if (others.length) {
      await db.leases.bulkDelete(others);
      await db.packs.clear();
    }
    await db.leases.bulkPut(rows);
    await db.facts.put({ name: "skew", value: Math.round(given.now - Date.now()) });
    return Disk.of(db, rows[0]);
  }

  async mark(record, field) { return (await this.db.marks.get(`${record} ${field}`))?.mark; }

  async fact(name) { return (await this.db.facts.get(name))?.value; }

  async keep(name, value) { await this.db.facts.put({ name, value }); }

  async append(change, mark) {
    const sealed = await seal(this.lease.key, change.id, change);
    await this.db.transaction("rw", this.db.queue, this.db.marks, async () => {
      await this.db.queue.add({ id: change.id, lease: this.lease.id, sealed, ...(change.kind === "photo" && { photo: change.record }) });
      if (mark) await this.db.marks.put({ name: `${change.record} ${change.field}`, mark });
    });
  }

  async #opened(rows) {
    const own = rows.filter((row) => this.keys.has(row.lease)); // the rest waits for its own worker, or its key
    return Promise.all(own.map((row) => unseal(this.keys.get(row.lease), row.id, row.sealed)));
  }

  // Photographs are heavy: they are opened where they are shown or sent, and nowhere else.
  async waiting() { return this.#opened(await this.db.queue.orderBy("seq").filter((row) => !row.photo).toArray()); }

  async photos(record) { return this.#opened(await this.db.queue.orderBy("seq").filter((row) => row.photo === record).toArray()); }

  async head(count) {
    const own = await this.db.queue.orderBy("seq").filter((row) => this.keys.has(row.lease)).limit(count).toArray();
    return this.#opened(fitting(own));
  }

  async size() { return this.db.queue.count(); }

  async done(answered, marks) {
    const shown = [];
    for (const one of answered) {
      if (one.answer.outcome === "refused")
        shown.push({ id: one.change.id, lease: this.lease.id, sealed: await seal(this.lease.key, one.change.id, said(one)) });
    }
    const { queue, marks: kept, shown: told } = this.db;
    await this.db.transaction("rw", queue, kept, told, async () => {
      await queue.where("id").anyOf(answered.map(({ change }) => change.id)).delete();
      for (const [record, field, mark] of marks) await kept.put({ name: `${record} ${field}`, mark });
      if (shown.length) await told.bulkAdd(shown);
    });
    await this.#fold(answered);
  }

  // Changes that were not accepted, with the reason: the words stay until their writer lets them go.
  async refused() { return this.#opened(await this.db.shown.toArray()); }

  async letGo(id) { await this.db.shown.where("id").equals(id).delete(); }

  // What was taken is part of what goes along from now on, even if the network goes before the next card comes.
  async #fold(answered) {
    const pack = await this.pack();
    if (!pack) return;
    for (const { change, answer } of answered) {
      if (answer.outcome !== "applied" && answer.outcome !== "already") continue;
      const known = pack.encounters.find((one) => one.id === change.record);
      if (change.kind === "open" && !known && answer.encounter === change.record)
        pack.encounters.unshift(opened(change, pack));
      if (change.kind === "set" && known) known.values[change.field] = change.value;
      if (change.kind === "close") pack.encounters = pack.encounters.filter((one) => one !== known);
      if (change.kind === "status" && pack.assigned) pack.assigned.status = change.value.status;
    }
    await this.db.packs.put({ name: "pack", lease: this.lease.id, sealed: await seal(this.lease.key, "pack", pack) });
  }

  async keepPack(pack) {
    await this.db.packs.put({ name: "pack", lease: this.lease.id, sealed: await seal(this.lease.key, "pack", pack) });
    const pending = new Set((await this.waiting()).map((one) => `${one.record} ${one.field}`));
    for (const { id, written } of pack.encounters)
      for (const [field, version] of Object.entries(written))
        if (!pending.has(`${id} ${field}`)) await this.db.marks.put({ name: `${id} ${field}`, mark: { base: version, last: null } });
  }

  // What goes along, without what has come to its end; that is dropped from the disk as well.
  async pack() {
    const row = await this.db.packs.get("pack");
    const key = row && this.keys.get(row.lease);
    if (!key) return null;
    const kept = await unseal(key, "pack", row.sealed);
    const now = Date.now() + ((await this.fact("skew")) ?? 0);
    const left = fresh(kept, now);
    if (!left) await this.db.packs.clear();
    else if (JSON.stringify(left) !== JSON.stringify(kept))
      await this.db.packs.put({ name: "pack", lease: row.lease, sealed: await seal(key, "pack", left) });
    return left;
  }

  async wipe() { await this.db.delete(); }
}

// As many from the front as one batch holds; a single one goes whatever its size.
export const fitting = (rows, most = 3_600_000) => {
  let size = 0;
  const over = rows.findIndex(({ sealed }) => (size += sealed.length) > most);
  return over < 0 ? rows : rows.slice(0, Math.max(1, over));
};

// A photograph that was not accepted does not stay on the phone; what was said of it does.
const said = (one) => one.change.kind === "photo"
  ? { ...one, change: { ...one.change, value: { ...one.change.value, content: "" } } } : one;

// A record as it goes along before anything of it was sent.
export const opened = (change, pack) => ({
  id: change.record, call: change.value?.call ?? null, version: 0, started: change.at, values: {}, written: {},
  expires: pack.expires,
});

// Everything personal carries its own end: lease, permit or consent, whichever came first.
export const fresh = (pack, now) => {
  if (pack.expires <= now) return null;
  const lasts = (one) => !one?.expires || one.expires > now;
  const assigned = pack.assigned
    && Object.fromEntries(Object.entries(pack.assigned).filter(([, part]) => typeof part !== "object" || lasts(part)));
  return { ...pack, assigned, encounters: pack.encounters.filter(lasts), conflicts: pack.conflicts.filter(lasts) };
};
