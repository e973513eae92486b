// The field app as the phone itself shows it, with network or without: cards in hand, records, what waits.
import { Connection, duress, signature } from "./connect.mjs";
import { keep, show } from "./photos.mjs";
import { opened } from "./store.mjs";

const main = document.getElementById("main");
const thumb = document.querySelector("[data-thumb]");
const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const part = (name) => document.getElementById(`t-${name}`).content.cloneNode(true);
const $ = (name, within = main) => within.querySelector(name);
const connection = new Connection(({ state, waiting }) => state === "online" && !waiting && shown === "home" && draw());
let shown = "";

// What the server sent along, with what was written since laid over it.
const present = async () => {
  const pack = await connection.disk.pack();
  if (!pack) return null;
  for (const change of await connection.disk.waiting()) {
    if (change.kind === "open") pack.encounters.unshift({ ...opened(change, pack), isKept: true });
    const record = pack.encounters.find((one) => one.id === change.record);
    if (change.kind === "set" && record) record.values[change.field] = change.value;
    if (change.kind === "close") pack.encounters = pack.encounters.filter((one) => one !== record);
    if (change.kind === "settle") pack.conflicts = pack.conflicts.filter((one) => one.id !== change.value.divergence);
    if (change.kind === "status" && pack.assigned) pack.assigned.status = change.value.status;
  }
  if (pack.assigned?.status === "available") pack.assigned = null;
  return pack;
};

const place = (name, button) => {
  shown = name;
  main.replaceChildren(part(name));
  thumb.replaceChildren(...(button ? [part(button)] : []));
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
};
const words = (field, value) => {
  const form = document.getElementById("t-record").content.querySelector(`[data-field="${field}"]`);
  const label = (code) => form?.querySelector(`input[value="${CSS.escape(String(code))}"]`)?.parentElement.textContent.trim() ?? code;
  if (value === true) return label("yes");
  if (value === false) return label("no");
  return Array.isArray(value) ? value.map(label).join(", ") : label(value ?? "—");
};
const question = (field) =>
  document.getElementById("t-record").content.querySelector(`[data-field="${field}"] .fd-question`)?.textContent ?? field;
const when = (stamp) => (stamp ? time.format(new Date(stamp)) : "");

const arrival = (pack) => {
  const { call_facts: facts, identities, plans, cautions } = pack.assigned;
  $("[data-arrival]").hidden = false;
  const call = facts?.rows[0] ?? {};
  $("[data-nature]").textContent = call.nature ?? "";
  $("[data-where]").textContent = call.exact_address ?? call.block_address ?? "";
  $("[data-caller]").textContent = [call.caller_name, call.caller_phone].filter(Boolean).join(" ");
  for (const who of identities?.rows ?? []) {
    const line = document.createElement("p");
    line.textContent = [who.name, who.dob, who.physical_description].filter(Boolean).join(" · ");
    $("[data-who]").append(line);
  }
  for (const caution of cautions?.rows ?? []) {
    const line = document.createElement("p");
    line.className = "fd-caution";
    line.textContent = caution.caution_text ?? "";
    $("[data-cautions]").append(line);
  }
  const tips = plans?.rows[0]?.deescalation_tips;
  if (!tips) return;
  $("[data-plan]").hidden = false;
  for (const name of ["helps", "harms", "contacts"]) $(`[data-${name}]`).textContent = tips[name] ?? "";
};

const conflict = (one) => {
  const card = part("conflict");
  $("[data-question]", card).textContent = question(one.field);
  for (const side of ["standing", "offered"]) {
    $(`[data-${side}]`, card).textContent = words(one.field, one[side]);
    $(`[data-${side}-by]`, card).textContent = [one[`${side}_by`], when(one[`${side}_at`])].filter(Boolean).join(" · ");
  }
  for (const button of card.querySelectorAll("[data-keep]"))
    button.addEventListener("click", async () => {
      await connection.add("settle", one.record, { divergence: one.id, keep: button.dataset.keep });
      await draw();
    });
  return card;
};

const refusal = ({ change, answer }) => {
  const card = part("refused");
  $("[data-reason]", card).textContent = [question(change.field), answer.reason].filter(Boolean).join(" · ");
  $("[data-words]", card).textContent = change.kind === "set" ? words(change.field, change.value) : "";
  $("[data-let-go]", card).addEventListener("click", async () => {
    await connection.disk.letGo(change.id);
    await connection.round();
    await draw();
  });
  return card;
};

const home = async (pack) => {
  place("home", "open");
  const { assigned } = pack;
  $("[data-free]").hidden = Boolean(assigned);
  if (assigned) {
    arrival(pack);
    $("[data-wheel]").hidden = false;
    for (const button of document.querySelectorAll("[data-status]")) {
      const isNow = button.dataset.status === assigned.status;
      button.classList.toggle("fd-wheel__step--now", isNow);
      if (isNow) button.setAttribute("aria-current", "step");
      button.addEventListener("click", async () => {
        const { call, unit } = assigned;
        await connection.add("status", null, { call, unit, status: button.dataset.status });
        await draw();
      });
    }
  }
  $("[data-conflicts]").append(...pack.conflicts.map(conflict));
  $("[data-refusals]").append(...(await connection.disk.refused()).map(refusal));
  for (const one of pack.encounters) {
    const line = document.createElement("li");
    const way = document.createElement("a");
    way.href = `#/record/${one.id}`;
    way.textContent = `${document.getElementById("t-record").content.querySelector("h1").firstChild.textContent.trim()} · ${when(one.started)}`;
    line.append(way, " ", ...(one.isKept ? [part("kept")] : []));
    $("[data-records]").append(line);
  }
  $("[data-open]", thumb).addEventListener("click", async () => {
    const known = assigned && pack.encounters.find((one) => one.call === assigned.call);
    const id = known?.id ?? crypto.randomUUID();
    if (!known) await connection.add("open", id, { call: assigned?.call ?? null });
    location.hash = `#/record/${id}`;
  });
};

const isAnswered = (value) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
const progress = (values) => {
  const wanted = [...document.querySelectorAll("[data-required]")].map((form) => form.dataset.field).concat("consent_to_talk");
  const done = wanted.filter((name) => isAnswered(values[name])).length;
  $("[data-progress]").value = (100 * done) / wanted.length;
  const line = $("[data-answered]");
  line.textContent = line.dataset.words.replace("{a}", done).replace("{b}", wanted.length);
};

const fill = (form, value) => {
  for (const input of form.elements) {
    if (input.type === "checkbox") input.checked = (value ?? []).includes(input.value);
    else if (input.type === "radio") input.checked = value === input.value || (value === true && input.value === "yes") || (value === false && input.value === "no");
    else if (input.name) input.value = value ?? "";
  }
};
const read = (form) => {
  const { field } = form.dataset;
  const given = new FormData(form);
  if (form.hasAttribute("data-many")) return given.getAll(field);
  return field.startsWith("consent_to_") ? given.get(field) === "yes" : given.get(field) ?? "";
};

const record = async (pack, one) => {
  place("record", "done");
  const hash = `#/record/${one.id}`;
  $("[data-started]").textContent = when(one.started);
  $("[data-to-screens]").hidden = !pack.screeners.length;
  for (const way of document.querySelectorAll("[data-go]")) way.href = `${hash}/${way.dataset.go}`;
  for (const form of document.querySelectorAll("form[data-field]")) {
    const { field } = form.dataset;
    if (form.hasAttribute("data-text") && !pack.writes.includes(field)) {
      form.remove();
      continue;
    }
    fill(form, one.values[field]);
    let timer;
    const keep = async () => {
      clearTimeout(timer);
      const value = read(form);
      if (JSON.stringify(value) === JSON.stringify(one.values[field] ?? "")) return;
      one.values[field] = value;
      progress(one.values);
      await connection.add("set", one.id, value, field);
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", keep);
    form.addEventListener("input", ({ target }) => {
      if (target.matches("textarea, input:not([type])")) { clearTimeout(timer); timer = setTimeout(keep, 1_500); }
    });
  }
  progress(one.values);
  $("[data-close]", thumb).addEventListener("click", async () => {
    const open = [...document.querySelectorAll("[data-required], [data-field=consent_to_talk]")].find((form) => !isAnswered(one.values[form.dataset.field]));
    if (open) {
      open.scrollIntoView({ block: "center" });
      open.querySelector("input")?.focus();
      return;
    }
    await connection.add("close", one.id, {});
    location.hash = "#/";
  });
};

const back = (to) => { for (const way of document.querySelectorAll("[data-back]")) way.href = to; };
const chip = (name, value, label, type) => {
  const made = document.createElement("label");
  made.className = "cw-chip";
  const input = Object.assign(document.createElement("input"), { type, name, value });
  const said = Object.assign(document.createElement("span"), { textContent: label });
  made.append(input, said);
  return made;
};

const consent = async (pack, one) => {
  place("consent", "agree");
  back(`#/record/${one.id}`);
  $("[data-receivers]").append(...pack.receivers.map(({ id, name }) => chip("to", id, name, "checkbox")));
  const form = $("#consent");
  for (const box of form.querySelectorAll(".fd-sign"))
    $("[data-sign-clear]", box).addEventListener("click", signature($("canvas", box), $("input", box)));
  $("[data-agree]", thumb).addEventListener("click", async () => {
    const given = new FormData(form);
    const [signer, guardian, way] = [given.get("signer").trim(), given.get("guardian").trim(), given.get("way")];
    const adopts = (whose, name) => (given.getAll("adopted").includes(whose) ? name : "");
    const value = {
      what: given.getAll("what"), to: given.getAll("to"), days: Number(given.get("days")), signer,
      way, signature: way === "typed" ? adopts("signer", signer) : given.get("signature"), witness: given.get("witness"), language: document.documentElement.lang,
      guardian, guardian_signature: given.get("guardian_signature") || adopts("guardian", guardian),
      guardian_as: guardian ? given.get("guardian_as") : "",
      ...Object.fromEntries(["acting_as", "papers", "subject_name", "interpreter", "spoken"].map((name) => [name, given.get(name)?.trim() ?? ""])),
      age: /^\d+$/.test(given.get("age")) ? Number(given.get("age")) : null,
    };
    const isSaid = value.way === "verbal" ? value.witness : value.signature;
    const isWhole = value.what.length && value.to.length && value.signer && isSaid;
    $("[data-lacks]").hidden = Boolean(isWhole);
    if (!isWhole) return $("[data-lacks]").focus();
    await connection.add("consent", one.id, value);
    location.hash = `#/record/${one.id}`;
  });
};

const person = async (_pack, one) => {
  place("person", "keep");
  back(`#/record/${one.id}`);
  $("[data-keep-form]", thumb).addEventListener("click", async () => {
    const value = Object.fromEntries(new FormData($("#person")));
    if (!value.given.trim() && !value.family.trim()) return $("#given").focus();
    await connection.add("person", one.id, value);
    location.hash = `#/record/${one.id}`;
  });
};

const screens = async (pack, one) => {
  place("screens");
  back(`#/record/${one.id}`);
  for (const { code, title } of pack.screeners) {
    const line = document.createElement("li");
    line.append(Object.assign(document.createElement("a"), { href: `#/record/${one.id}/screen/${code}`, textContent: title }));
    $("[data-menu]").append(line);
  }
};

const screen = async (pack, one, code) => {
  place("screen", "keep");
  back(`#/record/${one.id}/screens`);
  const asked = pack.screeners.find((entry) => entry.code === code);
  if (!asked) return home(pack);
  $("[data-title]").textContent = asked.title;
  $("[data-stem]").textContent = asked.stem;
  const form = $("#screen");
  asked.items.forEach((item, number) => {
    const field = document.createElement("fieldset");
    field.className = "cw-card";
    field.dataset.onlyIf = item.only_if;
    field.append(Object.assign(document.createElement("legend"), { textContent: `${number + 1}. ${item.text}` }));
    const chips = Object.assign(document.createElement("div"), { className: "cw-chips" });
    chips.append(...item.options.map(([id, label]) => chip(item.id, id, label, "radio")));
    field.append(chips);
    form.append(field);
  });
  const opens = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].findIndex((option) => option.checked) > 0;
  const show = () => {
    for (const field of form.querySelectorAll("[data-only-if]"))
      field.hidden = Boolean(field.dataset.onlyIf) && !field.dataset.onlyIf.split(" ").some(opens);
  };
  form.addEventListener("change", show);
  show();
  $("[data-keep-form]", thumb).addEventListener("click", async () => {
    const answers = Object.fromEntries(new FormData(form));
    if (!Object.keys(answers).length) return;
    await connection.add("screen", one.id, { instrument: code, answers });
    location.hash = `#/record/${one.id}`;
  });
};

const photos = async (_pack, one) => {
  place("photos", "keep");
  back(`#/record/${one.id}`);
  const [form, list] = [$("[data-photo]"), $("[data-photos-waiting]")];
  const answer = $("[data-field]");
  const allowed = () => {
    const isNo = one.values.consent_to_photograph === false;
    form.hidden = isNo;
    $("[data-refused]").hidden = !isNo;
    $("[data-keep-form]", thumb).hidden = isNo;
  };
  fill(answer, one.values.consent_to_photograph);
  answer.addEventListener("change", async () => {
    one.values.consent_to_photograph = read(answer);
    allowed();
    await connection.add("set", one.id, one.values.consent_to_photograph, "consent_to_photograph");
  });
  allowed();
  await show(connection, one.id, list);
  $("[data-keep-form]", thumb).addEventListener("click", async () => {
    if (!form.reportValidity() || !(await keep(form, connection, one.id))) return;
    form.reset();
    await connection.round();
    await show(connection, one.id, list);
  });
};

const PAGES = { "": record, photos, consent, person, screens, screen };

const draw = async () => {
  const pack = connection.disk && await present();
  $("[data-notice]", document).textContent = pack?.notice ?? "";
  $("[data-notice]", document).hidden = !pack?.notice;
  if (!pack) return place("locked");
  const [, id, page = "", code] = location.hash.match(/^#\/record\/([0-9a-f-]{36})(?:\/([a-z]+))?(?:\/([a-z0-9_]+))?$/) ?? [];
  const one = id && pack.encounters.find((entry) => entry.id === id);
  return one && PAGES[page] ? PAGES[page](pack, one, code) : home(pack);
};

await connection.begin();
// a page that was asked for while the network was away
const asked = location.pathname.match(/^\/field\/encounter\/([0-9a-f-]{36})\/(?:(consent|screens|person|photographs)\/)?$/);
if (asked && !location.hash) history.replaceState(null, "", `#/record/${asked[1]}${asked[2] ? `/${asked[2].replace("graph", "")}` : ""}`);
addEventListener("hashchange", draw);
await draw();
const badge = document.querySelector("[data-duress]");
duress(badge, connection);
document.body.dataset.field = "ready";
connection.round({ background: true });
