// The field app without network: its own pages and files from the phone, everything else from the server.
const KEEP = "field-{{ version }}";
const SHELL = "{{ shell }}";
const FILES = [{% for file in files %}"{{ file }}",{% endfor %}];
const PATIENCE = 8000; // milliseconds after which a weak network counts as none

// The page is fetched as whoever is signed in; a way to the sign-in page is never kept in its place.
const renew = async () => {
  const kept = await caches.open(KEEP);
  const page = await fetch(SHELL, { redirect: "error", cache: "no-store" });
  if (page.ok) await kept.put(SHELL, page);
};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEEP).then((kept) => kept.addAll(FILES)).then(renew).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith("field-") && name !== KEEP) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("message", ({ data }) => { if (data === "renew") renew().catch(() => {}); });

const soon = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
  fetch(request).then((answer) => { clearTimeout(timer); resolve(answer); }, reject);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const page = async () => soon(request).catch(async () => (await caches.match(SHELL)) ?? Response.error());
    event.respondWith(page());
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((file) => file ?? fetch(request)));
  }
});
