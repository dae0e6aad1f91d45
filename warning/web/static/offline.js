// Keeps the last known state on this device: first what the server says, else what it said last, with its age.
"use strict";
const PAGES = `pages-${CITY.version}`;
const KEPT_AT = "x-kept-at";
const PATIENCE_MS = 4000;  // a bad line is worse than none
const YOUNG_MS = 5 * 60 * 1000;  // what is younger is not fetched again
const OVER_MS = 24 * 3600 * 1000;  // what is older is no state any more
const ASSETS = ["age.js", "app.js", "live.js", "bell.svg"].map((name) => `/static/${name}`);
const SPOKEN = CITY.languages.join("|");
const STATE = new RegExp(`^/(${SPOKEN})/(zone/[a-z0-9_-]+)?$`);
const TIMELESS = new RegExp(`^/(${SPOKEN})/(emergency|offline)$`);
const PUBLIC = new RegExp(`^/(?:(${SPOKEN})/.*)?$`);

const keptAt = (copy) => Number(copy.headers.get(KEPT_AT));

async function keep(path, answer, atMs) {
  if (answer.status !== 200 || answer.redirected) return;
  const pages = await caches.open(PAGES);
  const before = await pages.match(path);
  if (before && keptAt(before) > atMs) return;  // a slow answer takes nobody's place
  const headers = { "Content-Type": answer.headers.get("Content-Type"), [KEPT_AT]: String(atMs) };
  await pages.put(path, new Response(await answer.blob(), { headers }));
}

// What is to be kept is asked of the server, never of what the browser has put aside: that would look like now.
async function asked(request, path) {
  const atMs = Date.now();
  const answer = await fetch(request, path ? { cache: "no-cache" } : {});
  const copy = path && answer.clone();
  return { answer, kept: copy ? keep(path, copy, atMs).catch(() => {}) : null };
}

// A copy with its banner; null where there is none, where it is too old, or where this device's clock cannot be right.
async function shown(path) {
  const copy = await (await caches.open(PAGES)).match(path);
  if (!copy || !STATE.test(path)) return copy || null;
  const sinceMs = keptAt(copy), nowMs = Date.now();
  if (!(nowMs - sinceMs < OVER_MS && nowMs - sinceMs > -60000)) return null;
  const page = bannered(await copy.text(), path.split("/")[1], sinceMs, nowMs);
  return page && new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

function bannered(page, language, sinceMs, nowMs) {
  const words = page.match(/<body data-stale="([^"]*)" data-as-of="([^"]*)" data-no-clear="([^"]*)"/);
  if (!words) return null;  // it would look like now
  const [body, lost, asOf, noClear] = words;
  return page
    .replace(body, () => body.replace("<body", `<body class="is-stale" data-kept-at="${sinceMs}"`))
    .replace(/(<p id="stale" [^>]*) hidden>/, "$1>")
    .replace('id="stale-said" role="alert">', (tag) => `${tag}${lost} ${asOf || "–"}`)
    .replace('id="stale-age">', (tag) => `${tag}${aged(language, noClear, sinceMs, nowMs)}`);
}

const late = () => new Promise((_, refuse) => { setTimeout(() => refuse(new Error("late")), PATIENCE_MS); });

async function firstAsked(event, path, instead) {
  const network = asked(event.request, path);
  event.waitUntil(network.then(({ kept }) => kept).catch(() => {}));
  const copy = await instead();
  try {
    const { answer } = await (copy ? Promise.race([network, late()]) : network);
    if (!copy || answer.status < 500) return answer;
  } catch { /* no connection, or not within patience */ }
  return copy;
}

async function opened(event, { pathname, search }) {
  const path = search ? "" : pathname;
  const mayKeep = STATE.test(path) || TIMELESS.test(path);
  const found = await firstAsked(event, mayKeep ? path : "", async () => (mayKeep ? shown(path) : null));
  if (found) return found;
  const [, language] = pathname.match(PUBLIC);
  if (!language) return Response.redirect(`/${CITY.languages[0]}/`);
  const kept = (one) => caches.match(`/${one}/offline`, { cacheName: PAGES });
  return await kept(language) || kept(CITY.languages[0]);
}

// What a reader needs who loses the connection: the first page, help, and the zones that were opened.
async function refresh(language, paths) {
  const pages = await caches.open(PAGES);
  const known = (await pages.keys()).map((request) => new URL(request.url).pathname);
  const wanted = new Set([...known, ...paths, `/${language}/`, `/${language}/emergency`, `/${language}/offline`]);
  for (const path of wanted) {
    if (!(STATE.test(path) || TIMELESS.test(path)) || path.split("/")[1] !== language) continue;
    const copy = await pages.match(path);
    if (copy && Date.now() - keptAt(copy) < (STATE.test(path) ? YOUNG_MS : OVER_MS)) continue;
    await asked(path, path).then(({ kept }) => kept).catch(() => {});
  }
}

// Of an older version only the states stay, as nothing newer may be to be had.
async function moved() {
  const pages = await caches.open(PAGES);
  for (const name of await caches.keys()) {
    if (!name.startsWith("pages-") || name === PAGES) continue;
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      const { pathname } = new URL(request.url);
      if (STATE.test(pathname) && !await pages.match(pathname)) await pages.put(pathname, await old.match(request));
    }
    await caches.delete(name);
  }
}

// The city's first language, and those of pages that are open or kept: all of them would be much on a bad line.
async function languagesHere() {
  const open = (await self.clients.matchAll({ includeUncontrolled: true, type: "window" })).map(({ url }) => url);
  const caching = (await caches.keys()).filter((name) => name.startsWith("pages-")).map((name) => caches.open(name));
  const kept = await Promise.all((await Promise.all(caching)).map((pages) => pages.keys()));
  const paths = [...open, ...kept.flat().map(({ url }) => url)].map((url) => new URL(url).pathname);
  return new Set([CITY.languages[0], ...paths.map((path) => path.match(PUBLIC)?.[1]).filter(Boolean)]);
}

async function install() {
  const needed = [...ASSETS, ...[...await languagesHere()].map((language) => `/${language}/offline`)];
  await (await caches.open(PAGES)).addAll(needed.map((path) => new Request(path, { cache: "reload" })));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => event.waitUntil(moved().then(() => self.clients.claim())));

self.addEventListener("message", (event) => event.waitUntil(refresh(event.data.language, event.data.paths || [])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (PUBLIC.test(url.pathname)) event.respondWith(opened(event, url));
  } else if (ASSETS.includes(url.pathname)) {
    event.respondWith(firstAsked(event, "", () => caches.match(url.pathname, { cacheName: PAGES })));
  } else if (STATE.test(url.pathname) && !url.search) {  // an open page wants the news, and no copy
    const network = asked(request, url.pathname);
    event.waitUntil(network.then(({ kept }) => kept).catch(() => {}));
    event.respondWith(network.then(({ answer }) => answer));
  }
});
