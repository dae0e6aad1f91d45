// Shows what is pushed. A newer message about the same warning takes the place of the older one and sounds again.
"use strict";

self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(said.title || "Floodbell", {
    body: said.body || "",
    lang: said.language || "",
    dir: said.language === "ar" ? "rtl" : "auto",
    icon: "/static/bell.svg",
    tag: said.warning || said.id,
    renotify: !said.silent,
    silent: Boolean(said.silent),
    requireInteraction: said.level === 3,
    timestamp: Date.parse(said.sent) || Date.now(),
    data: { language: said.language || "" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const language = event.notification.data.language;
  event.waitUntil(self.clients.openWindow(language ? `/${language}/` : "/"));
});
