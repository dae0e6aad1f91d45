// Which time the hydrographs show: one for all of them.
import { computed, signal } from "@preact/signals";
import { shown } from "./state";

const HOUR_S = 3600;
export const SPANS = [6, 24, 72, 168, 744]; // hours
const LEAST_S = 600;

export interface Span { from: number; to: number } // s

export const hours = signal(24);
export const zoomed = signal<Span | null>(null); // null: all of it
export const pointed = signal<number | null>(null); // the time under the cursor, s

export const ends = signal<Record<string, number>>({}); // how far each curve goes, with its forecast, s
export const ahead = computed(() => Math.max(0, ...Object.values(ends.value)));

/** The time that the desk stands for, s. */
export const nowS = computed(() => Math.floor(Date.parse(shown.value?.now ?? "") / 1000) || 0);
const whole = computed<Span>(() => ({ from: nowS.value - hours.value * HOUR_S, to: nowS.value }));

/** What can be seen, with room for a forecast to its right. */
export function seen(ahead: number): Span {
  return zoomed.value ?? { from: whole.value.from, to: Math.max(whole.value.to, ahead) };
}

export function show(many: number): void {
  zoomed.value = null;
  hours.value = many;
}

export function reset(): void {
  zoomed.value = null;
}

/** Closer with a factor below 1, around the cursor or the middle. */
export function zoom(factor: number, ahead: number): void {
  const { from, to } = seen(ahead);
  const at = pointed.value !== null && pointed.value >= from && pointed.value <= to ? pointed.value : (from + to) / 2;
  const next = { from: at - (at - from) * factor, to: at + (to - at) * factor };
  zoomed.value = next.to - next.from >= hours.value * HOUR_S ? null : next.to - next.from < LEAST_S ? zoomed.value : next;
}

/** Earlier or later by a share of what can be seen. */
export function pan(share: number, ahead: number): void {
  const { from, to } = seen(ahead);
  const by = (to - from) * share;
  zoomed.value = { from: from + by, to: to + by };
}

/** Move the cursor by a hundredth of what can be seen. */
export function point(steps: number, ahead: number): void {
  const { from, to } = seen(ahead);
  const at = (pointed.value ?? nowS.value) + (steps * (to - from)) / 100;
  pointed.value = Math.min(to, Math.max(from, at));
}
