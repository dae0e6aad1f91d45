// Shows what is pushed: of each warning the newest message. Whatever comes must show something, or browsers end it.
"use strict";
const STORE = "floodbell";
const FORGOTTEN_MS = 7 * 24 * 3600 * 1000;
let turn = Promise.resolve();  // one after the other: two at once would not know of each other

async function kept(store, path) {
  const found = await store.match(path);
  return found ? found.json() : null;
}

async function forget(store) {
  for (const request of await store.keys()) {
    const said = await kept(store, request);
    if (said && Date.parse(said.sent) < Date.now() - FORGOTTEN_MS) await store.delete(request);
  }
}

// What is to be shown: what has come, or without a sound what is known to be newer. One that has run out by this
// device's clock takes nobody's place; where nothing else is known it is shown all the same, as the clock may be wrong.
async function newest(said) {
  const store = await caches.open(STORE);
  const path = `/said/${encodeURIComponent(said.warning || said.id)}`;
  const before = await kept(store, path);
  const late = Date.parse(said.expires) <= Date.now();
  if (before && (late || before.id === said.id || Date.parse(said.sent) < Date.parse(before.sent))) {
    return { ...before, silent: true };
  }
  await store.put(path, new Response(JSON.stringify(said)));
  await forget(store);
  // An extension is silent where its level has been shown: while the telephone was off it may have replaced the warning.
  return said.change === "extended" && !(before && before.level >= said.level) ? { ...said, silent: false } : said;
}

// Where it leads: to the zone, in the language of the message where there are pages in it.
function pageOf(said) {
  const language = CITY.languages.includes(said.language) ? said.language : CITY.languages[0];
  return said.zone ? `/${language}/zone/${encodeURIComponent(said.zone)}` : `/${language}/`;
}

async function show(come) {
  const said = await newest(come).catch(() => come);
  await self.registration.showNotification(said.title || "Floodbell", {
    body: said.body || "",
    lang: said.language || "",
    dir: said.language === "ar" ? "rtl" : "auto",
    icon: "/static/bell.svg",
    tag: said.warning || said.id || "floodbell",
    renotify: !said.silent,
    silent: Boolean(said.silent),
    requireInteraction: said.level === 3,
    timestamp: Date.parse(said.sent) || Date.now(),
    data: { url: pageOf(said) },
  });
}

// The browser has another address from now on: tell it, with the old one as the proof that it is the same browser.
async function renew(event) {
  const store = await caches.open(STORE);
  const mine = await kept(store, "/subscription");
  const old = event.oldSubscription ? event.oldSubscription.endpoint : mine && mine.endpoint;
  if (!old) return;
  const options = mine ? { userVisibleOnly: true, applicationServerKey: mine.key } : event.oldSubscription.options;
  const subscription = event.newSubscription || await self.registration.pushManager.subscribe(options);
  const address = JSON.stringify(subscription);
  const response = await fetch("/api/v1/subscriptions/renew", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ old, address }) });
  if (!response.ok) return;  // signed off meanwhile
  await store.put("/subscription", new Response(JSON.stringify({ ...mine, endpoint: JSON.parse(address).endpoint })));
}

self.addEventListener("push", (event) => {
  const come = event.data ? event.data.json() : {};
  turn = turn.catch(() => {}).then(() => show(come));
  event.waitUntil(turn);
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
