// What a phone wrote and has not been told of yet: kept in order, sent until answered, each change once.
//
// Nothing here knows a page, a browser's storage or the network: `store` keeps, `send` sends, `now` is the
// phone's clock. The same file runs in the simulation of twenty phones (tests/web/field/test_simulation.py).
//
// A mark says, by record and field, what this phone last saw: `base`, the record's version in which the answer
// was written, and `last`, this phone's own change of it that has not been confirmed.

const BATCH = 60;

export class Queue {
  constructor({ store, send, now = () => Date.now(), uuid = () => crypto.randomUUID() }) {
    Object.assign(this, { store, send, now, uuid, running: null });
  }

  // Keep one change. It is safe on the disk when this returns; sending is another matter.
  async add(kind, record, value, field = "") {
    const mark = (record && field && (await this.store.mark(record, field))) || { base: 0, last: null };
    const change = {
      id: this.uuid(), kind, record, field, value,
      base: mark.base, after: mark.last, at: this.now(), skew_ms: (await this.store.fact("skew")) ?? 0,
    };
    await this.store.append(change, field ? { base: mark.base, last: change.id } : null);
    return change;
  }

  // Send what waits, oldest first. Says how it ended: "sent", "offline", "sign_in", "wiped" or "waiting".
  flush() {
    this.running ??= this.#flush().finally(() => { this.running = null; });
    return this.running;
  }

  async #flush() {
    let size = BATCH;
    for (;;) {
      const batch = await this.store.head(size);
      if (!batch.length) return "sent";
      const started = this.now();
      let answer;
      try {
        answer = await this.send({ operations: batch, skew_ms: (await this.store.fact("skew")) ?? 0 });
      } catch {
        return "offline";
      }
      if (answer.sign_in) return "sign_in";
      if (answer.failed) { // the server could not take it: what is wrong must not hold up the rest
        if (size === 1) return "offline";
        size = 1;
        continue;
      }
      // what is ahead is positive: our clock less the phone's, taken in the middle of the exchange
      const skew = Math.round(answer.now - (started + this.now()) / 2);
      await this.store.keep("skew", skew);
      const answered = await this.#answered(batch, answer.answers ?? []);
      if (answer.wipe) {
        await this.store.wipe();
        return "wiped";
      }
      if (!answered) return "waiting";
    }
  }

  // File each answer: what was taken leaves the queue, what diverged or was refused is shown to a person.
  async #answered(batch, answers) {
    const by = new Map(answers.map((one) => [one.id, one]));
    const done = [];
    const marks = new Map();
    for (const change of batch) {
      const answer = by.get(change.id);
      if (!answer || answer.outcome === "waiting") continue;
      done.push({ change, answer });
      if (change.kind !== "set") continue;
      const name = `${change.record} ${change.field}`;
      const mark = marks.get(name) ?? { ...(await this.store.mark(change.record, change.field)) };
      // only what this change itself wrote was seen here: a later version may be a colleague's
      if (answer.outcome === "applied" || answer.outcome === "already") {
        mark.base = Math.max(mark.base ?? 0, answer.version);
      }
      if (mark.last === change.id) mark.last = null;
      marks.set(name, mark);
    }
    await this.store.done(done, [...marks].map(([name, mark]) => [...name.split(" "), mark]));
    return done.length;
  }
}

// A store in memory, for tests and for the moment before the real one is open. `disk` outlives it.
export const newDisk = () => ({ queue: [], marks: {}, facts: {}, shown: [], answered: {} });

export class Memory {
  constructor(disk) { this.disk = disk; this.dead = false; }

  #alive() { if (this.dead) throw new Error("this app was killed"); }

  async mark(record, field) { this.#alive(); return this.disk.marks[`${record} ${field}`]; }

  async fact(name) { this.#alive(); return this.disk.facts[name]; }

  async keep(name, value) { this.#alive(); this.disk.facts[name] = value; }

  async append(change, mark) {
    this.#alive();
    this.disk.queue.push(structuredClone(change));
    if (mark) this.disk.marks[`${change.record} ${change.field}`] = mark;
  }

  async head(count) { this.#alive(); return structuredClone(this.disk.queue.slice(0, count)); }

  async size() { this.#alive(); return this.disk.queue.length; }

  async done(answered, marks) {
    this.#alive();
    const gone = new Set(answered.map(({ change }) => change.id));
    this.disk.queue = this.disk.queue.filter((change) => !gone.has(change.id));
    for (const [record, field, mark] of marks) this.disk.marks[`${record} ${field}`] = mark;
    for (const { change, answer } of answered) {
      this.disk.answered[change.id] = answer.outcome;
      if (answer.outcome === "conflict" || answer.outcome === "refused") this.disk.shown.push({ change, answer });
    }
  }

  async wipe() { this.#alive(); Object.assign(this.disk, newDisk()); }
}
