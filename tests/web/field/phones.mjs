// Twenty phones with the product's own queue, driven by a plan on standard input; the network is the test's.
//
// In: one line {phones: [{name, offset, kills, steps: [{kind, record, value, field}]}], seed, queue}.
// Out: {n, phone, body} for each request, {phone, done: disk} when a phone has nothing left. In: {n, ok, body}.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const plan = JSON.parse((await lines.next()).value);
const { Memory, Queue, newDisk } = await import(plan.queue);

const random = ((state) => () => { // mulberry32: the same seed, the same evening
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
})(plan.seed);
const asked = new Map();
let count = 0;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const request = (phone, body) => new Promise((resolve, reject) => {
  asked.set(++count, { resolve, reject });
  say({ n: count, phone, body });
});

class Phone {
  constructor({ name, offset, kills, steps }) {
    Object.assign(this, { name, offset, kills, steps, disk: newDisk() });
    this.disk.facts.skew = -offset + Math.round(2_000 * random()); // as measured when the lease was given
    this.start();
  }

  start() { // the app begins anew on the same disk
    this.store = new Memory(this.disk);
    this.queue = new Queue({
      store: this.store, send: (body) => request(this.name, body), now: () => Date.now() + this.offset,
    });
  }

  kill() {
    this.store.dead = true;
    this.start();
  }

  async flush() {
    const dies = this.kills > 0 && random() < 0.3;
    if (!dies) return this.queue.flush();
    this.kills -= 1;
    const cut = this.queue.flush().catch(() => "killed"); // what comes back finds nobody
    this.kill();
    await cut;
    return "killed";
  }

  async live() {
    for (const { kind, record, value, field } of this.steps) {
      await this.queue.add(kind, record, value, field ?? "");
      if (random() < 0.02) await this.flush();
    }
    while ((await this.flush()) !== "sent" || (await this.store.size()));
    say({ phone: this.name, done: this.disk });
  }
}

const living = Promise.all(plan.phones.map((one) => new Phone(one).live()));
(async () => {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return;
    const { n, ok, body } = JSON.parse(value);
    const { resolve, reject } = asked.get(n);
    asked.delete(n);
    if (ok) resolve(body); else reject(new Error("no network"));
  }
})();
await living;
process.exit(0);
