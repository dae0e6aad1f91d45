// Everything by keyboard. In fields keys write; Escape leaves them. Single keys can be switched off.
import { effect, signal } from "@preact/signals";
import { acknowledge, may } from "./act";
import { ask } from "./asking";
import { move } from "./list";
import * as replay from "./past";
import * as sound from "./sound";
import { chosen, past, row, togglePause } from "./state";
import { showTexts } from "./texts";
import { view, type View } from "./view";
import { toggle as toggleWall } from "./wall";
import * as writing from "./writing";

const KEPT = "floodbell-keys";

export const helping = signal(false);
export const detailed = signal(false); // whether the state of the system is shown in full
export const single = signal(localStorage.getItem(KEPT) !== "off");

export function toggleSingle(): void {
  single.value = !single.value;
  localStorage.setItem(KEPT, single.value ? "on" : "off");
}

/** Choose a warning and go into it. */
export function open(warning: string): void {
  chosen.value = warning;
  view.value = "warning";
  requestAnimationFrame(() => focus("detail-heading"));
}

/** Show something in the middle, and go into it. */
function go(what: View, id: string): void {
  if (view.value === what) return focus(id); // at once: what is typed next belongs there
  view.value = what;
  requestAnimationFrame(() => focus(id));
}

function focus(id: string): void {
  const found = document.getElementById(id);
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
}

function back(): void {
  const one = row.value;
  if (one !== null) focus(`row-${one.warning}`);
}

const READ_MS = 1_500;
let under = { warning: "", since: -READ_MS }; // what stands under the key where nobody has chosen
effect(() => {
  const now = row.value?.warning ?? "";
  if (now !== under.warning) under = { warning: now, since: under.warning === "" ? -READ_MS : performance.now() };
});

/** Where another one has got under the key by itself, it is looked at first. */
function acknowledgeShown(): void {
  const one = row.value;
  if (one === null) return;
  const read = chosen.value === null && performance.now() - under.since >= READ_MS;
  if (past.value !== null || read || chosen.value === one.warning) acknowledge(one);
  else chosen.value = one.warning;
}

const MOVES = new Set(["j", "ArrowDown", "k", "ArrowUp", "[", "]", ",", ".", "{", "}"]); // may be held down

const KEYS: Record<string, () => void> = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  a: acknowledgeShown,
  f: () => go("warning", "approve-level"),
  x: () => row.value?.fits.includes("reject") && may("reject") && ask("reject", row.value),
  w: () => may("note") && ask(""),
  t: () => {
    view.value = "warning";
    if (row.value) showTexts(row.value.warning);
  },
  b: () => go("warning", "papers"),
  "1": () => go("warning", "detail-heading"),
  "2": () => go("curves", "aligned"),
  "3": () => go("map", "plan"),
  i: () => {
    detailed.value = !detailed.value;
    requestAnimationFrame(() => detailed.value && focus("details"));
  },
  g: toggleWall,
  n: () => focus("note-text"),
  p: togglePause,
  "[": () => replay.step(-replay.SMALL_MS),
  "]": () => replay.step(replay.SMALL_MS),
  ",": () => replay.step(-replay.SMALL_MS),
  ".": () => replay.step(replay.SMALL_MS),
  "{": () => replay.step(-replay.LARGE_MS),
  "}": () => replay.step(replay.LARGE_MS),
  m: sound.toggle,
  s: sound.test,
  "?": () => (helping.value = true),
};
/** As the help lists them. */
export const LISTED: [string, string][] = [
  ["j ↓", "key_j"], ["k ↑", "key_k"], ["a", "key_a"], ["Enter", "key_enter"], ["f", "key_f"], ["x", "key_x"], ["t", "key_t"], ["b", "key_b"],
  ["w", "key_w"], ["n", "key_n"], ["i", "key_i"], ["g", "key_g"], ["p", "key_p"], ["m", "key_m"], ["s", "key_s"], ["1", "key_warning"], ["2", "key_curves"], ["3", "key_map"],
  ["+ − 0", "key_zoom"], ["← →", "key_point"], ["PgUp PgDn", "key_pan"], ["[ ] , .", "key_past"],
  ["{ }", "key_past_hour"], ["Esc", "key_esc"], ["?", "key_help"],
];

function pressed(event: KeyboardEvent): void {
  const at = event.target instanceof HTMLElement ? event.target : document.body;
  const third = event.getModifierState("AltGraph"); // with it many keyboards write [ and {
  if (document.querySelector("dialog[open]") !== null || (!third && (event.ctrlKey || event.metaKey || event.altKey))) return; // a dialog closes itself
  if (event.key === "Escape" && past.value !== null && !writing.isField(at)) {
    replay.back();
    return;
  }
  if (event.key === "Escape") {
    writing.forget();
    back();
    return;
  }
  if (writing.gone()) {
    if (event.key === "Tab") writing.forget();
    return;
  }
  if (writing.isField(at) || !single.value) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !at.closest(".list")) return; // elsewhere arrows scroll
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  if (!event.repeat || MOVES.has(event.key)) act();
}

export function start(): void {
  writing.start();
  addEventListener("keydown", pressed);
}
