{# Served at the edition's own address, so that it sees this edition's pages alone. #}{% if is_off %}// Switched off: whoever still has it loses it and what it kept.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("scale-{{ conference.slug }}-")) await caches.delete(name);
  await registration.unregister();
})()));
{% else %}// The pages that were seen work without network. Only answers that say they are public are kept.
const EDITION = "/{{ conference.slug }}/";
const NAME = "scale-{{ conference.slug }}-BUILD";
const FIRST = [{% for path in first %}"{{ path|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PAGES = /^(schedule|now|changes|my-schedule|talks|speakers|rooms|tracks|announced|board)(\/|$)/;
const PATIENCE = 5000;
const MOST = 400;

const isPage = (url) => url.pathname === EDITION
  || (url.pathname.startsWith(EDITION) && PAGES.test(url.pathname.slice(EDITION.length))
    && !/^my-schedule\/./.test(url.pathname.slice(EDITION.length)));
const isPart = (url) => url.pathname.startsWith("/static/") || url.pathname === `${EDITION}edition.css`
  || url.pathname.startsWith("/files/speakers/") || url.pathname.startsWith("/files/logos/");
const isPublic = (answer) => answer.ok && answer.type === "basic" && !answer.redirected
  && /\bpublic\b/.test(answer.headers.get("Cache-Control") || "");

const keep = async (request, answer) => {
  const cache = await caches.open(NAME);
  await cache.put(request, answer);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
};

// What is kept is asked for without cookies, so it never holds anything of who is signed in.
const fetchToKeep = async (address) => {
  const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
  if (isPublic(answer)) await keep(new Request(address), answer);
};

const kept = async (url) => {
  const cache = await caches.open(NAME);
  const found = await cache.match(url.href.split("#")[0], {
    ignoreSearch: isPart(url), ignoreVary: true,
  });
  return found || (isPage(url) && cache.match(url.origin + url.pathname, { ignoreVary: true }));
};

// A page from the shelf says so itself: offline.js shows the line.
const marked = async (answer) => {
  const since = answer.headers.get("Date") || "";
  const html = (await answer.text()).replace("<body", `<body data-offline="${since}"`);
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
};

const inTime = (promise) => Promise.race([
  promise,
  new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE); }),
]);

const answerPage = async (event, url) => {
  const fetched = fetch(event.request);
  try {
    const old = await kept(url);
    const answer = await (old ? inTime(fetched) : fetched);
    if (isPublic(answer)) event.waitUntil(keep(new Request(url.href), answer.clone()));
    else if (answer.ok && !url.search) event.waitUntil(fetchToKeep(url.href).catch(() => {}));
    return answer;
  } catch (error) {
    fetched.catch(() => {});
    const old = await kept(url);
    if (old) return marked(old);
    const schedule = await kept(new URL(`${EDITION}schedule/`, location));
    if (schedule && event.request.mode === "navigate") return marked(schedule);
    throw error;
  }
};

const answerPart = async (event, url) => {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && answer.type === "basic") event.waitUntil(keep(new Request(url.href), answer.clone()));
    return answer;
  } catch (error) {
    const old = await kept(url);
    if (old) return old;
    throw error;
  }
};

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(Promise.allSettled(FIRST.map(fetchFirst)));
});
const fetchFirst = async (address) => {
  const answer = await fetch(address, { credentials: "omit" });
  if (answer.ok) await keep(new Request(new URL(address, location).href), answer);
};

addEventListener("activate", (event) => event.waitUntil((async () => {
  const ours = `scale-{{ conference.slug }}-`;
  for (const name of await caches.keys()) if (name.startsWith(ours) && name !== NAME) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (isPart(url)) event.respondWith(answerPart(event, url));
  else if (isPage(url) && !request.headers.has("Range")) event.respondWith(answerPage(event, url));
});
{% endif %}
