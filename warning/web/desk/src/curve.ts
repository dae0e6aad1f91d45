// One series as uPlot draws it: what follows each other is a line, gaps stay open, flags stand beside it. Pure.
import type { Outlook, Readings } from "./api";

export const USABLE = new Set([1, 2, 3]);

/** Columns of uPlot: time (s), readings, forecast, its lower and upper end. */
export type Columns = [number[], ...(number | null)[][]];

export interface Flagged { at: number; value: number | null; flag: number }

type Line = [at: number, reading: number | null, ahead: number | null, low: number | null, high: number | null];

const seconds = (at: string): number => Date.parse(at) / 1000;

export function columns(readings: Readings, outlook: Outlook | null): Columns {
  const lines: Line[] = [];
  readings.at.forEach((time, place) => {
    const at = seconds(time);
    const value = readings.value[place] ?? null;
    if (!USABLE.has(readings.flag[place]!) || value === null) return;
    if (readings.apart[place] && lines.length > 0) lines.push([(lines.at(-1)![0] + at) / 2, null, null, null, null]);
    lines.push([at, value, null, null, null]);
  });
  const last = lines.at(-1);
  if (outlook !== null && outlook.stages.length > 0 && last !== undefined) {
    lines[lines.length - 1] = [last[0], last[1], last[1], last[1], last[1]];
    const coming = outlook.stages.map((one): Line => [seconds(one.at), null, one.value, one.low, one.high]);
    lines.push(...coming.filter((one) => one[0] > last[0]));
  }
  return ([0, 1, 2, 3, 4] as const).map((column) => lines.map((line) => line[column])) as Columns;
}

/** Readings that are odd, cannot be true, or say that there is none. */
export function flagged(readings: Readings): Flagged[] {
  return readings.at
    .map((at, place) => ({ at: seconds(at), value: readings.value[place] ?? null, flag: readings.flag[place]! }))
    .filter((one) => one.flag > 2);
}

/** Lowest, highest and last usable value; null where there is none. */
export function extent(readings: Readings): { low: number; high: number; last: number } | null {
  const values = readings.value.filter((value, place): value is number => value !== null && USABLE.has(readings.flag[place]!));
  if (values.length === 0) return null;
  return { low: Math.min(...values), high: Math.max(...values), last: values.at(-1)! };
}

/** Marks reached, and the next one above: a flood far away must not flatten the curve. */
export function marks(readings: Readings, highest: number): Readings["marks"] {
  const above = Math.min(...readings.marks.filter((one) => one.value > highest).map((one) => one.value));
  return readings.marks.filter((one) => one.value <= highest || one.value === above);
}

/** Rows of the table, newest first: one per slot of time, and everything with a flag. */
export function rows(readings: Readings, most: number): number[] {
  const from = Date.parse(readings.since);
  const slot = Math.max(1, (Date.parse(readings.until) - from) / most);
  const kept = new Map<number, number>();
  readings.at.forEach((at, place) => kept.set(Math.floor((Date.parse(at) - from) / slot), place));
  const odd = readings.flag.flatMap((flag, place) => (flag > 2 ? [place] : []));
  return [...new Set([...kept.values(), ...odd.slice(-most)])].sort((a, b) => b - a);
}
