// The alarm: tones made here, no file. Browsers keep it silent until somebody has touched the page.
import { effect, signal } from "@preact/signals";
import { deaf } from "./deaf";
import { latest } from "./state";

export type Sound = "running" | "blocked" | "none";

const KEPT = "floodbell-sound";
const LOCK = "floodbell-alarm";
const SOON_MS = 500; // a lock that is free is given sooner
const EVERY_MS = { worst: 8_000, other: 20_000 };
const DEAF = 0.5; // below every level: what is known to be the matter sounds first

export const sound = signal<Sound>("blocked");
export const wanted = signal(localStorage.getItem(KEPT) !== "off");
export const played = signal(0);
export const leads = signal(false); // of the tabs of this browser the one that sounds
export const elsewhere = signal(false); // another one does

let context: AudioContext | undefined;

function look(): void {
  sound.value = context === undefined ? "none" : context.state === "running" ? "running" : "blocked";
}

/** Ask for sound; it is given at once, or with the first key or click. */
export function open(): void {
  if (context === undefined && "AudioContext" in window) {
    context = new AudioContext();
    context.onstatechange = look;
  }
  void context?.resume().then(look);
  look();
}

export function toggle(): void {
  wanted.value = !wanted.value;
  localStorage.setItem(KEPT, wanted.value ? "on" : "off");
  open();
}

/** Who hears it may rely on it: a test switches the alarm on. */
export function test(): void {
  if (!wanted.value) toggle();
  open();
  void context?.resume().then(() => play(2));
}

function play(level: number): void {
  if (context?.state !== "running") return;
  const [pitches, length] = level === DEAF ? [[440, 330], 0.9] : level >= 3 ? [[988, 740, 988, 740, 988, 740], 0.25] : [[784, 1047], 0.25];
  pitches.forEach((pitch, place) => tone(context!, pitch, context!.currentTime + place * (length + 0.03), length));
  played.value += 1;
}

function tone(on: AudioContext, pitch: number, at: number, length: number): void {
  const oscillator = new OscillatorNode(on, { type: "triangle", frequency: pitch });
  const gain = new GainNode(on, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.6, at + 0.02);
  gain.gain.setValueAtTime(0.6, at + length - 0.05);
  gain.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(at);
  oscillator.stop(at + length + 0.01);
}

/** What nobody has seen yet, the worst level of it; 0: nothing. What is over waits in silence. */
export function alarming(): number {
  const rows = latest.value?.rows ?? [];
  return rows.reduce((worst, row) => (row.unseen && !row.over ? Math.max(worst, row.worst) : worst), 0);
}

/**
 * Of several tabs that may sound one does: the one that holds a lock of the browser. It is asked for by tabs that can
 * be heard only, and falls to the next one when its holder closes, crashes or is switched off.
 */
function lead(): void {
  let give: (() => void) | undefined;
  let asked: AbortController | undefined;
  effect(() => {
    const able = wanted.value && sound.value === "running";
    if (able === (asked !== undefined)) return;
    if (!able) {
      asked?.abort();
      give?.();
      asked = give = undefined;
      leads.value = elsewhere.value = false;
      return;
    }
    const mine = (asked = new AbortController());
    setTimeout(() => (elsewhere.value = !mine.signal.aborted && !leads.value), SOON_MS);
    if (!("locks" in navigator)) { // each by itself: too loud is better than silent
      leads.value = true;
      return;
    }
    navigator.locks.request(LOCK, { signal: mine.signal }, () => new Promise<void>((done) => {
      if (mine.signal.aborted) return done();
      give = done;
      leads.value = true;
      elsewhere.value = false;
    })).catch(() => { if (!mine.signal.aborted) leads.value = true; });
  });
}

export function start(): void {
  open();
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, open, { capture: true });
  addEventListener("storage", (event) => { if (event.key === KEPT) wanted.value = event.newValue !== "off"; });
  lead();
  let level = 0;
  let timer = 0;
  effect(() => {
    const now = leads.value && sound.value === "running" ? alarming() || (deaf.value ? DEAF : 0) : 0;
    if (now === level) return;
    clearInterval(timer);
    if (now > level) play(now);
    if (now > 0) timer = window.setInterval(() => play(now), now >= 3 ? EVERY_MS.worst : EVERY_MS.other);
    level = now;
  });
  effect(() => {
    document.body.dataset.sound = wanted.value ? sound.value : "off";
    document.body.dataset.leads = leads.value ? "yes" : "no";
    document.body.dataset.alarm = String(alarming());
    document.body.dataset.deaf = deaf.value ? "yes" : "no";
    document.body.dataset.played = String(played.value);
  });
}
