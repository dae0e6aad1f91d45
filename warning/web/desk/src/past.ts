// A past moment on the desk. The alarm, the counts and the state of the system stay those of the present.
import { signal } from "@preact/signals";
import { board } from "./api";
import { given } from "./given";
import { latest, past, then } from "./state";

export const open = signal(false); // whether its controls are shown
export const away = signal(false); // the moment could not be read

export const SMALL_MS = 5 * 60_000;
export const LARGE_MS = 60 * 60_000;
export const SHOWN_MS = 7 * 24 * LARGE_MS; // of the slider
const REST_MS = 150;
const AGAIN_MS = 3_000; // after a moment could not be read

/** The present of this world, to the minute. */
export function nowMs(): number {
  return Math.floor(Date.parse(latest.value?.now ?? "") / 60_000) * 60_000 || 0;
}

export function atMs(): number {
  return past.value === null ? nowMs() : Date.parse(past.value);
}

let timer = 0;

/** Show a moment; one that has not come yet is the present. */
export function go(ms: number): void {
  open.value = true;
  if (!(ms < nowMs())) return back();
  if (ms < 0) return;
  const at = new Date(ms).toISOString();
  if (at === past.value) return;
  past.value = at; // from here on nothing of the present stands there
  then.value = null;
  away.value = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => void read(at), REST_MS);
}

/** Again and again until it is there, or another moment is shown. */
async function read(at: string): Promise<void> {
  try {
    const found = await board(at);
    if (past.value !== at) return;
    then.value = found;
    away.value = false;
  } catch {
    if (past.value !== at) return;
    away.value = true;
    timer = window.setTimeout(() => void read(at), AGAIN_MS);
  }
}

export function step(by: number): void {
  if (latest.value?.now != null) go(atMs() + by);
}

export function back(): void {
  clearTimeout(timer);
  past.value = null;
  then.value = null;
  away.value = false;
}

export function close(): void {
  back();
  open.value = false;
}

const wall = new Intl.DateTimeFormat("sv-SE", { timeZone: given.zone, dateStyle: "short", timeStyle: "short" });

/** As a field for date and time has it: the city's time. */
export function field(ms: number): string {
  return wall.format(new Date(ms)).replace(" ", "T");
}

/** What somebody has written there; not a number where it is no time. */
export function written(text: string): number {
  const wanted = Date.parse(`${text}Z`);
  if (Number.isNaN(wanted)) return wanted;
  let ms = wanted;
  for (let round = 0; round < 2; round += 1) ms -= Date.parse(`${field(ms)}Z`) - wanted; // twice: the clocks may change between
  return ms;
}
