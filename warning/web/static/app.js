// Has the last known state kept on this device, for when there is no connection: of this page, and of the zones that it
// is about to be warned in.
"use strict";
const LANGUAGE = document.documentElement.lang;
const PUBLIC = location.pathname.startsWith(`/${LANGUAGE}/`);
const SIGNED_UP = document.querySelector("[data-zones]")?.dataset.zones.split(" ").filter(Boolean) ?? [];

async function keepState() {
  const { active } = await navigator.serviceWorker.ready;
  const own = PUBLIC && !location.search ? [location.pathname] : [];
  active.postMessage({ language: LANGUAGE, paths: [...own, ...SIGNED_UP.map((zone) => `/${LANGUAGE}/zone/${zone}`)] });
}

if ("serviceWorker" in navigator && (PUBLIC || SIGNED_UP.length > 0)) {
  addEventListener("load", async () => {  // what is read comes first
    await navigator.serviceWorker.register("/sw.js").catch(() => {});
    await keepState();
  });
  addEventListener("news", keepState);
}
if (document.getElementById("offline")) addEventListener("online", () => location.reload());
