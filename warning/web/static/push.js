// Signs this browser up for the areas that are ticked in the form. Nothing of a person is asked or sent.
"use strict";
const section = document.getElementById("push-section");
const button = document.getElementById("push-button");
const said = document.getElementById("push-said");

function wanted(form) {
  const fields = new FormData(form);
  const starting = (start) => [...fields].filter(([name, value]) => name.startsWith(start) && value.trim())
    .map(([name, value]) => [name.slice(start.length), value]);
  return {
    zones: starting("zone_").map(([zone]) => zone),
    limits: Object.fromEntries(starting("limit_").map(([station, value]) => [station, Number(value.replace(",", "."))])),
    from_level: Number(fields.get("from_level")),
    language: fields.get("language"),
  };
}

// For the worker, on this device alone: with it the browser shows to be the same when it gets another address.
async function remember(endpoint) {
  const store = await caches.open("floodbell");
  await store.put("/subscription", new Response(JSON.stringify({ endpoint, key: section.dataset.key })));
}

async function signUp() {
  if (await Notification.requestPermission() !== "granted") return section.dataset.denied;
  const registration = await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: section.dataset.key };
  const subscription = await registration.pushManager.subscribe(options);
  const asked = { ...wanted(document.getElementById("wish")), channel: section.dataset.channel, consent: true,
    words: document.documentElement.lang, address: JSON.stringify(subscription) };
  const response = await fetch("/api/v1/subscriptions", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
  const answer = await response.json();
  if (!response.ok) {
    await subscription.unsubscribe();
    return answer.text || section.dataset.failed;
  }
  await remember(JSON.parse(asked.address).endpoint).catch(() => {});
  location.assign(new URL(answer.mine).pathname);  // this very page may be reached by another name
  return "";
}

if ("serviceWorker" in navigator && "PushManager" in window) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      said.textContent = await signUp();
    } catch {
      said.textContent = section.dataset.failed;
    }
    button.disabled = false;
  });
}
