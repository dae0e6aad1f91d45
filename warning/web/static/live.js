// Keeps an open page fresh, and makes it look stale as soon as it may not be fresh any more.
"use strict";
(() => {
  const SILENT_MS = 30000; // the server says something every ten seconds
  const AGAIN_MS = 3000;
  const banner = document.getElementById("stale");
  const age = document.getElementById("stale-age");
  let heard = Date.now();
  let since = Number(document.body.dataset.keptAt) || heard; // how the page stood then
  const shows = document.body.dataset.shows?.split(" "); // without it, of everything
  let last = ""; // id of the last event: where the stream goes on
  let behind = false; // something has changed that the page does not show yet
  let reading = false;
  let tried = 0;

  function fresh() {
    heard = Date.now();
    document.body.classList.remove("is-stale");
    banner.hidden = true;
  }

  // The loss is announced once, its age never.
  function stale() {
    const { stale: lost, asOf, noClear } = document.body.dataset;
    if (banner.hidden) {
      document.body.classList.add("is-stale");
      banner.hidden = false;
      document.getElementById("stale-said").textContent = `${lost} ${asOf || "–"}`;
    }
    age.textContent = aged(document.documentElement.lang, noClear, since, Date.now());
  }

  async function replace() {
    const asked = Date.now();
    const response = await fetch(location.href, { cache: "no-cache" });
    if (!response.ok) throw new Error(String(response.status));
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    const focus = document.activeElement && document.activeElement.id;
    document.title = next.title;
    document.body.dataset.asOf = next.body.dataset.asOf;
    since = asked;
    const open = [...document.querySelectorAll("details[open][id]")].map((one) => one.id);
    const parts = document.getElementById("fresh") ? ["fresh", "fresh-too"] : ["main"]; // what people are typing stays
    for (const part of parts) {
      const found = next.getElementById(part);
      if (found) document.getElementById(part).replaceWith(found);
    }
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const again = focus && document.getElementById(focus);
    if (again) again.focus({ preventScroll: true });
    dispatchEvent(new Event("news"));
  }

  // One after the other: what changes meanwhile is read next, so that nothing older takes its place.
  async function catchUp() {
    if (reading) return;
    reading = true;
    try {
      while (behind) {
        behind = false;
        await replace();
      }
      fresh();
    } catch (error) {
      behind = true;
      stale();
    }
    reading = false;
  }

  function connect() {
    tried = Date.now();
    const events = new EventSource(last ? `/events?since=${encodeURIComponent(last)}` : "/events");
    events.addEventListener("state", (event) => {
      last = event.lastEventId;
      behind = JSON.parse(event.data).changed.some((part) => !shows || shows.includes(part)) || behind;
      catchUp();
    });
    events.onerror = () => {
      stale();
      if (events.readyState === EventSource.CLOSED) setTimeout(reconnect, AGAIN_MS); // refused: browsers do not try again
    };
    return events;
  }

  function reconnect() {
    if (events.readyState === EventSource.CLOSED) events = connect();
  }

  let events = connect();
  // A page kept for the back button would hold its connection, and a browser has only six per server.
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) reconnect(); });
  setInterval(() => {
    if (!banner.hidden || Date.now() - heard > SILENT_MS) stale();
    if (Date.now() - Math.max(heard, tried) > SILENT_MS) { // a line that is gone without a word
      events.close();
      events = connect();
    }
  }, 5000);
})();
