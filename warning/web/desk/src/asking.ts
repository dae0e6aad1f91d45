// Which form is open in the dialog, and what stands in it already.
import { effect, signal } from "@preact/signals";
import type { Row } from "./api";
import { chosen, dismiss, latest, past } from "./state";

/** What somebody has pointed at: it stands in the form, and can be changed there. */
export type Preset = Partial<Record<"zone" | "hazard" | "level" | "series" | "report" | "to", string>>;

export interface Asking {
  name: string; // of the form; "" for the list of all that can be said
  row: Row | null; // the warning it is about, as it stood when the form was opened
  preset: Preset;
}

export const asking = signal<Asking | null>(null);

/** Under which name the desk says what became of it. */
export const WORDS = "words";

export function ask(name: string, row: Row | null = null, preset: Preset = {}): void {
  if (past.value !== null) return;
  dismiss(row?.warning ?? WORDS);
  asking.value = { name, row, preset };
}

const EXPECTED_MS = 30_000;
const written = signal<{ zone: string; hazard: string } | null>(null);

/** Choose the warning of a zone and hazard as soon as there is one: somebody has just written it. */
export function expect(zone: string, hazard: string): void {
  const wanted = { zone, hazard };
  written.value = wanted;
  setTimeout(() => written.value === wanted && (written.value = null), EXPECTED_MS);
}

/** Who chooses by hand meanwhile stays there. */
effect(() => {
  void chosen.value;
  written.value = null;
});

effect(() => {
  const wanted = written.value;
  const row = latest.value?.rows.find((one) => one.zone === wanted?.zone && one.hazard === wanted.hazard && !one.over);
  if (row === undefined) return;
  written.value = null;
  chosen.value = row.warning;
});
