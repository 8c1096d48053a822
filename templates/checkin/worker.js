// The pages of a paired device open without network: this holds them and every file that they
// load, the QR reader too. A new version takes over at once; the queue is not its business.
const NAME = "door-BUILD";
const PAGES = [{% for path in pages %}"{{ path|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const FILES = [{% for path in files %}"{{ path|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PATIENCE = 4000; // so long the server may take for a page that is here already

// A page is kept as the server last gave it to this device, be it the scanner or “not paired”.
const isWhole = (answer) => !answer.redirected && [200, 403].includes(answer.status);
const keepPage = async (path, answer) => { if (isWhole(answer)) await (await caches.open(NAME)).put(path, answer); };

// It says who asks: a new version comes whenever it comes, also while somebody stands at a kiosk.
const fetchPage = async (path) => {
  const page = await fetch(path, { cache: "no-store", headers: { "Door-Worker": "install" } });
  if (!isWhole(page)) throw new Error(`${path}: ${page.status}`);
  const [, colours] = (await page.clone().text()).match(/href="([^"]+\/edition\.css[^"]*)"/) || [];
  if (colours) await (await caches.open(NAME)).add(colours);
  await keepPage(path, page);
};

const install = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })));
  await Promise.all(PAGES.map(fetchPage));
  await skipWaiting();
};

const begin = async () => {
  for (const name of await caches.keys()) if (name.startsWith("door-") && name !== NAME) await caches.delete(name);
  await clients.claim();
};

const shelf = async (request) => (await caches.open(NAME)).match(request, { ignoreVary: true, ignoreSearch: true });

const answerPage = async (event, path) => {
  const fetched = fetch(event.request);
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE); });
  try {
    const answer = await Promise.race([fetched, late]);
    if (answer.status >= 500) throw new Error(answer.status);
    event.waitUntil(keepPage(path, answer.clone()));
    return answer;
  } catch {
    return await shelf(path) || fetched;
  }
};

const answerFile = async (request) => await shelf(request) || fetch(request);

// The edition's colours may change; without network the last ones do.
const answerColours = async (event) => {
  try {
    const answer = await fetch(event.request), copy = answer.clone();
    if (answer.ok) event.waitUntil(caches.open(NAME).then((cache) => cache.put(event.request, copy)));
    return answer;
  } catch { return await shelf(event.request) || Response.error(); }
};

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && PAGES.includes(url.pathname)) event.respondWith(answerPage(event, url.pathname));
  else if (FILES.includes(url.pathname)) event.respondWith(answerFile(request));
  else if (url.pathname.endsWith("/edition.css")) event.respondWith(answerColours(event));
});
