// One stream for all tabs of a browser where it has shared workers; where they fail, one of the page's own.
import { listen, type Heard } from "./listen";

const SILENT_MS = 45_000; // a worker that lives says something every 35 seconds at the latest
const LOOK_MS = 5_000;

export function follow(heard: (state: Heard) => void): void {
  if (typeof SharedWorker === "undefined") return listen(heard);
  const worker = new SharedWorker("/static/desk/worker.js");
  const { port } = worker;
  let heardAt = Date.now();
  let asked = false;

  function alone(): void {
    clearInterval(timer);
    worker.onerror = null;
    port.close();
    listen(heard);
  }

  worker.onerror = alone;
  port.onmessage = (event: MessageEvent<Heard>) => {
    heardAt = Date.now();
    asked = false;
    heard(event.data);
  };
  const timer = setInterval(() => {
    if (Date.now() - heardAt <= SILENT_MS) return;
    heard(null);
    if (asked) return alone();
    asked = true; // after this machine has slept it may have nothing to say yet
    port.postMessage("there?");
  }, LOOK_MS);
  addEventListener("pagehide", () => port.postMessage("gone"));
}
