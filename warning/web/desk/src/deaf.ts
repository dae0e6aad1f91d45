// When the desk learns nothing any more, that has to be heard as well: stale calm sounds like calm.
import { batch, computed, effect, signal } from "@preact/signals";
import { connection, latest } from "./state";

const PATIENCE_MS = 60_000;

const CAUSES = [
  () => connection.value !== "live",
  () => latest.value !== null && (latest.value.stalled_since !== null || latest.value.system.history_away),
];
const due = CAUSES.map(() => signal(false));

/** For a minute nothing has come in, and nobody has pressed a key since. */
export const deaf = computed(() => due.some((one) => one.value));

function watch(cause: () => boolean, place: number): void {
  const holds = computed(cause);
  let timer = 0;
  effect(() => {
    clearTimeout(timer);
    if (holds.value) timer = window.setTimeout(() => (due[place]!.value = true), PATIENCE_MS);
    else due[place]!.value = false;
  });
}

const others = new BroadcastChannel("floodbell-hush"); // tabs of this browser

/** Somebody is there: it is quiet until it happens anew. */
function hush(): void {
  batch(() => {
    for (const one of due) one.value = false;
  });
}

export function start(): void {
  CAUSES.forEach(watch);
  others.onmessage = hush;
  for (const kind of ["keydown", "pointerdown"]) {
    addEventListener(kind, () => {
      if (deaf.value) others.postMessage("");
      hush();
    }, { capture: true });
  }
}
