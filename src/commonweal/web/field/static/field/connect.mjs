// One phone's way to the server: its lease, its queue, its cards; and the calm cloud that says what waits.
import { Queue } from "./queue.mjs";
import { Disk, open } from "./store.mjs";

export const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
const token = () => cookie("__Host-csrftoken") ?? cookie("csrftoken") ?? "";

// JSON of ours; null where somebody has to sign in first. Throws without network.
const fetched = async (path, options = {}) => {
  const answer = await fetch(path, { redirect: "manual", credentials: "same-origin", ...options });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) return { failed: true };
  return answer.json();
};

export class Connection {
  constructor(heard = () => {}) {
    this.db = open();
    this.heard = heard; // called with {waiting, state} when something changed
    this.state = navigator.onLine ? "online" : "offline";
    this.disk = null;
  }

  // The lease of this shift: from the server where there is network, else the one that the phone holds.
  async begin() {
    this.disk = await this.#leased() ?? await Disk.found(this.db);
    if (this.disk) {
      this.queue = new Queue({ store: this.disk, send: (body) => this.#send(body) });
    }
    addEventListener("online", () => this.round());
    addEventListener("offline", () => this.#say("offline"));
    setInterval(() => this.round({ background: true }), 45_000);
    await this.#say(this.state);
    return this.disk;
  }

  async #leased() {
    if (!navigator.onLine) return null;
    const held = new Set(await this.db.leases.toCollection().primaryKeys());
    const queued = await this.db.queue.toArray();
    const earlier = [...new Set(queued.map((row) => row.lease))].filter((id) => !held.has(id));
    try {
      const given = await fetched("/field/lease/", {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ earlier }),
      });
      return given?.key ? await Disk.leased(this.db, given) : null;
    } catch {
      return null;
    }
  }

  async #send(body) {
    const answer = await fetched("/field/sync/", {
      method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-Field-Lease": this.disk.lease.token, "X-Background": "1" },
    });
    return answer ?? { sign_in: true };
  }

  // Send what waits, then fetch what goes along. Safe to call at any time.
  async round({ background = false } = {}) {
    if (!this.disk) return "none";
    if (!navigator.onLine) return this.#say("offline");
    const how = await this.queue.flush();
    if (how === "wiped") {
      location.replace("/account/login/");
      return how;
    }
    if (how === "sent" || how === "waiting") {
      try {
        const pack = await fetched("/field/pack/", { headers: background ? { "X-Background": "1" } : {} });
        if (pack?.encounters) await this.disk.keepPack(pack);
        return this.#say(pack ? "online" : "sign_in");
      } catch {
        return this.#say("offline");
      }
    }
    return this.#say(how);
  }

  // Keep a change, say so, and try to send it.
  async add(kind, record, value, field = "") {
    const change = await this.queue.add(kind, record, value, field);
    await this.#say(this.state);
    this.round();
    return change;
  }

  async #say(state) {
    this.state = state;
    const waiting = await this.db.queue.count();
    const refused = await this.db.shown.count();
    cloud({ state, waiting, refused });
    this.heard({ state, waiting, refused });
    return state;
  }
}

// "3 waiting to be sent": grey, with a count, never an error.
const cloud = ({ state, waiting, refused }) => {
  const sign = document.querySelector("[data-cloud]");
  if (!sign) return;
  const words = sign.dataset;
  const said = [];
  if (state === "offline") said.push(words.offline);
  if (waiting) said.push((waiting === 1 ? words.one : words.many).replace("{n}", waiting));
  if (state === "sign_in" && waiting) said.push(words.signIn);
  if (refused) said.push(words.refused.replace("{n}", refused));
  sign.hidden = !said.length;
  sign.querySelector("[data-cloud-text]").textContent = said.join(" · ");
  document.body.dataset.network = state;
  document.body.dataset.waiting = waiting;
};

// Silent duress: a long press, nothing on the screen; without network it waits in the queue like anything else.
// Two short shakes: it went out. One long shake: it waits for network; use the radio.
export const duress = (badge, connection) => {
  let timer;
  const place = () => new Promise((resolve) => {
    if (document.body.dataset.sharing !== "yes") return resolve({});
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude }), () => resolve({}), { timeout: 1500, maximumAge: 60_000 },
    );
  });
  const wentOut = async (where) => {
    if (!badge.dataset.duress) return false;
    const body = new URLSearchParams({ ...where, csrfmiddlewaretoken: token() });
    const answer = await fetch(badge.dataset.duress, { method: "POST", redirect: "manual", body }).catch(() => null);
    return Boolean(answer?.ok);
  };
  const call = async () => {
    const where = await place();
    let isOut = await wentOut(where);
    if (!isOut && connection.queue) {
      await connection.queue.add("duress", null, where);
      isOut = (await connection.round()) === "online";
    }
    navigator.vibrate?.(isOut ? [120, 80, 120] : [700]);
  };
  badge.addEventListener("pointerdown", () => { timer = setTimeout(call, 1500); });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) badge.addEventListener(end, () => clearTimeout(timer));
};

// The signature as SVG path data in a hidden field.
export const signature = (canvas, field) => {
  const pen = canvas.getContext("2d");
  let down = false;
  pen.lineWidth = 2.5;
  pen.lineCap = "round";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [Math.round((event.clientX - box.left) * scale), Math.round((event.clientY - box.top) * scale)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    down = true;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    pen.beginPath();
    pen.moveTo(x, y);
    field.value += `M${x} ${y}`;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down) return;
    const [x, y] = at(event);
    pen.lineTo(x, y);
    pen.stroke();
    field.value += `L${x} ${y}`;
  });
  canvas.addEventListener("pointerup", () => { down = false; });
  return () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  };
};
