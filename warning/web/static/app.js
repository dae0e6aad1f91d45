// Has the last known state kept on this device, for when there is no connection.
"use strict";
const LANGUAGE = document.documentElement.lang;

async function keepState() {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ language: LANGUAGE, paths: location.search ? [] : [location.pathname] });
}

if ("serviceWorker" in navigator && location.pathname.startsWith(`/${LANGUAGE}/`)) {
  addEventListener("load", async () => {  // what is read comes first
    await navigator.serviceWorker.register("/sw.js").catch(() => {});
    await keepState();
  });
  addEventListener("news", keepState);
}
if (document.getElementById("offline")) addEventListener("online", () => location.reload());
