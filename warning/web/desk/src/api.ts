// The same interface that programs use; see /openapi.json.
import { given } from "./given";

export interface Ack { person: string; level: number; at: string; age_s: number | null }
export interface Draft {
  revision: number; change: string; level: number; fingerprint: string; author: string; submitted: boolean;
  waiting_since: string | null; needed: number; approved_by: string[]; next_call: string | null;
  next_called: "first" | "next" | "everyone" | null; alone_from: string | null; recipients: number;
  words: Record<string, Record<string, string>>;
}
export interface Reached {
  revision: number; change: string; zone: string; channel: string; queued: number; accepted: number; delivered: number;
  failed: number; unknown: number; expired: number; superseded: number; reserve: number;
}
export interface Evidence { station: string; parameter: string; value: number | null; unit: string; at: string; rule: string }
export interface Row {
  warning: string; zone: string; hazard: string; state: string; level: number; measured_level: number; revision: number;
  changed_at: string; expires: string | null; normal_since: string | null; gauge_lost: string[]; held_by: string;
  draft: Draft | null; acks: Ack[]; rejected: string; rejected_by: string; released_alone_by: string;
  countersign_due: string | null; retracted_at: string | null; retracted_by: string; sheet_due: string | null;
  sheet_set_at: string | null; armed: boolean; worst: number; unseen: boolean; over: boolean; fits: string[];
  why: { reason: string; at: string; actor: string; evidence: Evidence[] } | null;
  title: string; concerned: number; missing: number; to_call: number; reached: Reached[];
  unreached: { person: string; reason: string; at: string; why: string }[];
}
export interface Below { station: string; travel_minutes: number | null; source: string; expected_at: string | null }
export interface Station {
  station: string; name: string; parameter: string; unit: string; value: number | null; at: string | null; fresh: boolean;
  rise_cm_per_h: number | null; river: string | null; river_km: number | null; shade: string;
  main: boolean; below: Below | null;
}
export interface Part { name: string; ok: boolean; age_s: number | null; text: string }
export interface Channel { channel: string; ok: boolean; left_alone: boolean; reason: string; waiting: number }
export interface Entry { id: string; action: string; actor: string; at: string; text: string; warning: string; person: string }
export interface Word {
  id: string; action: string; actor: string; reason: string; until: string | null; station: string | null; parameter: string | null;
  zone: string | null; hazard: string | null; level: number | null; value: number | null; unit: string;
}
export interface Board {
  exercise: boolean; now: string | null; stalled_since: string | null;
  person: { id: string; name: string; may: string[]; tells: string[]; login: string; login_until: string | null };
  system: {
    ok: boolean; parts: Part[]; channels: Channel[]; series: number; heard: number;
    quiet: { name: string; parameter: string; since: string | null }[]; lag: number | null; backlog: number | null;
    wall: string; tick: string | null; lives_by: "system" | "ticks"; history_away: boolean;
    attacks: { person: string; tries: number }[];
  };
  rows: Row[]; stations: Station[];
  zones: { zone: string; hazard: string; released_level: number; measured_level: number; known: boolean }[];
  silences: { zone: string; hazard: string; until: string; actor: string }[];
  on_duty: { people: string[]; since: string | null; instead: boolean; next: string[]; next_at: string | null };
  words: Word[];
  shift: Entry[];
}
export interface Readings {
  now: string | null; station: string; name: string; parameter: string; unit: string; since: string; until: string; readings: number;
  thinned: boolean; marks: { name: string; value: number; band: number }[];
  at: string[]; value: (number | null)[]; flag: number[]; apart: boolean[];
}
export interface Witness { at: string; value: number | null; unit: string; flag: number; doubts: string[] }
export interface Atom {
  atom: string; truth: boolean | null; station: string; limit: number | null; off: number | null; unit: string;
  since: string | null; cause: Witness | null; known_at: string | null; lack: string | null; reported: boolean;
  in_service: boolean; before: { truth: boolean | null; value: number | null } | null; newest: Witness | null;
}
export interface PartOf { what: string; truth: boolean | null; parts: PartOf[]; atom: Atom | null; counts: boolean }
export interface Condition {
  hazard: string; state: string; level: number; changed_at: string | null; reason: string | null; gauge_lost: string[];
  overlays: string[]; formulas: { key: string; text: string; truth: boolean | null; tree: PartOf }[]; stored: Atom[];
}
export interface WhyAt { at: string; rules: { then: string | null; same: boolean }; conditions: Condition[] }
export interface Outlook { kind: string; floods: number; stages: { at: string; value: number; low: number; high: number }[] }
export interface Shapes {
  zones: Record<string, [number, number][]>; stations: Record<string, [number, number]>;
  layers: { name: string; shapes: object }[]; faults: string[]; attribution: string;
}
export interface Texts {
  draft: string; revision: number; problem: string;
  texts: {
    language: string; findings: string[];
    forms: {
      kind: string; title: string; text: string; fits: boolean; sizes: { length: number; limit: number; unit: string }[];
      changes: { kind: "same" | "added" | "removed"; text: string }[];
    }[];
  }[];
}

/** The server answered, but not with what was asked for. */
export class Answered extends Error {
  constructor(readonly status: number, text: string) { super(text); }
}

const PATIENCE_MS = 15_000;
const COMMANDED_MS = 60_000;

async function get<T>(path: string, cache: RequestCache = "no-store"): Promise<T> {
  const response = await fetch(path, { cache, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Answered(response.status, (await said(response)).text);
  return (await response.json()) as T;
}

/** Its text, in the person's language where there is one; ``own`` is whether the service wrote it, and no proxy before it. */
async function said(response: Response): Promise<{ text: string; own: boolean }> {
  const body: unknown = await response.json().catch(() => null);
  const { text, said: told } = (body ?? {}) as { text?: string; said?: string };
  return { text: told || text || String(response.status), own: text !== undefined };
}

const query = (asked: Record<string, string | null>): string =>
  new URLSearchParams(Object.entries(asked).filter((one): one is [string, string] => one[1] !== null)).toString();

/** As it is, or was at a moment. */
export const board = (at: string | null = null): Promise<Board> => get(`/api/v1/desk/board?${query({ at })}`);
export const texts = (warning: string): Promise<Texts> => get(`/api/v1/warnings/${encodeURIComponent(warning)}/texts`);

/** On which rules and readings a zone stands, or stood at a moment. */
export const why = (zone: string, at: string | null): Promise<WhyAt> => get(`/api/v1/zones/${encodeURIComponent(zone)}/why?${query({ at })}`);

/** Readings of a time; what is known already is not sent again. */
export const readings = (station: string, parameter: string, from: string, to: string, at: string | null): Promise<Readings> =>
  get(`/api/v1/series/${station}/${parameter}?${query({ from, to, at })}`, "no-cache");

/** What the map is drawn from. */
export const shapes = (): Promise<Shapes> => get("/api/v1/desk/map");

/** How a stage may go on; null where no model says so. */
export const outlook = async (station: string, at: string | null): Promise<Outlook | null> =>
  (await get<{ outlook: Outlook | null }>(`/api/v1/stations/${station}?${query({ at })}`, "no-cache")).outlook;

/**
 * Give a command. The same key again changes nothing. Throws where nobody knows whether it was done: no connection, or
 * one that broke on the way there or back; no answer in time, or one that says nothing of it.
 */
export async function command(path: string, body: object, key: string): Promise<{ status: number; text: string }> {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key, [given.form.name]: given.form.value };
  const response = await fetch(`/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(COMMANDED_MS) });
  const { text, own } = await said(response);
  if (response.status >= 500 && !own) throw new Answered(response.status, text);
  return { status: response.status, text };
}
