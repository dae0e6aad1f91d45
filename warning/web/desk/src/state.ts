// Everything that the page shows, and how it comes in.
import { batch, computed, effect, signal } from "@preact/signals";
import { Answered, board, type Board, type Row } from "./api";
import { follow } from "./follow";
import { given } from "./given";
import type { Heard } from "./listen";
import { bare, hazard, level, say, zone } from "./words";

export type Connection = "live" | "lost" | "unreadable" | "logged-out";

export const latest = signal<Board | null>(null); // as the server has it
export const frozen = signal<Board | null>(null); // as it was when somebody paused it
export const past = signal<string | null>(null); // the moment that is shown, where it is not now
export const then = signal<Board | null>(null); // as it was at that moment; null while it is read
export const shown = computed(() => (past.value !== null ? then.value : (frozen.value ?? latest.value)));
export const connection = signal<Connection>("live");
export const asOf = signal<Date | null>(null); // of ``latest``, by the clock of this world
/** Somebody has logged in anew in this browser: what this page was given no longer proves anything. */
export const replaced = computed(() => latest.value !== null && latest.value.person.login !== given.login);
export const chosen = signal<string | null>(null);
export const row = computed<Row | null>(() => {
  const rows = shown.value?.rows ?? [];
  return rows.find((each) => each.warning === chosen.value) ?? rows[0] ?? null;
});
export const spoken = signal<{ polite: string; assertive: string }>({ polite: "", assertive: "" });
export const skewS = signal(0); // by how much the clock of this device is off
/** What became of the last command, by warning; "" for the shift log. It stays until it is closed or followed. */
export const outcomes = signal<Record<string, { good: boolean; text: string }>>({});

export function tell(about: string, good: boolean, text: string): void {
  outcomes.value = { ...outcomes.value, [about]: { good, text } };
}

export function dismiss(about: string): void {
  const { [about]: _, ...others } = outcomes.value;
  outcomes.value = others;
}

export function togglePause(): void {
  frozen.value = frozen.value === null ? latest.value : null;
}

const gist = (one: Row): string =>
  JSON.stringify([one.state, one.worst, one.revision, one.draft?.fingerprint, one.draft?.approved_by, one.acks.map((ack) => [ack.person, ack.level])]);

/** Warnings that are new, gone or different since somebody paused. */
export const missed = computed(() => {
  if (frozen.value === null || latest.value === null) return 0;
  const was = new Map(frozen.value.rows.map((one) => [one.warning, gist(one)]));
  const other = latest.value.rows.filter((one) => was.get(one.warning) !== gist(one)).length;
  return other + [...was.keys()].filter((name) => !latest.value!.rows.some((one) => one.warning === name)).length;
});

let seen: Heard = null;
let reading: Promise<void> | null = null;
let again = false;

/** Read everything anew; one reading at a time, and one more where it was asked for meanwhile. */
export function refresh(): Promise<void> {
  if (reading !== null) {
    again = true;
    return reading;
  }
  reading = read().finally(() => {
    reading = null;
    if (again) {
      again = false;
      void refresh();
    }
  });
  return reading;
}

async function read(): Promise<void> {
  const wanted = seen;
  try {
    const found = await board();
    batch(() => {
      if (latest.value !== null) announce(latest.value, found);
      latest.value = found;
      asOf.value = new Date(found.now ?? found.system.wall);
      skewS.value = Math.round((Date.now() - Date.parse(found.system.wall)) / 1000);
      connection.value = "live";
    });
  } catch (error) {
    if (seen === wanted) seen = null; // ask again with the next sign of life
    connection.value = !(error instanceof Answered) ? "lost" : error.status === 401 ? "logged-out" : "unreadable";
  }
}

function heard(state: Heard): void {
  if (state === null) {
    if (connection.value !== "logged-out") connection.value = "lost";
  } else if (state !== seen) {
    seen = state;
    void refresh();
  } else if (connection.value === "lost") {
    connection.value = "live"; // nothing was missed
  }
}

/** A warning in one sentence. */
export function sentence(one: Row): string {
  return `${zone(one.zone)}: ${hazard(one.hazard)} – ${level(one.worst)}, ${say(`state_${one.state}`)}`;
}

/** Levels and ends are told to screen readers once; values never. */
function announce(before: Board, after: Board): void {
  const old = new Map(before.rows.map((each) => [each.warning, each]));
  const news = after.rows.filter((each) => {
    const was = old.get(each.warning);
    return was === undefined ? each.worst > 0 : was.worst !== each.worst || was.over !== each.over;
  });
  const pressing = news.filter((each) => each.worst >= 3 && !each.over).map(sentence).join(". ");
  const others = news.filter((each) => each.worst < 3 || each.over).map(sentence).join(". ");
  if (pressing || others) spoken.value = { polite: others, assertive: pressing };
}

export function start(): void {
  follow(heard);
  void refresh();
  effect(() => {
    const state = connection.value;
    document.body.dataset.connection = state;
    document.body.classList.toggle("is-stale", state !== "live");
  });
  const title = document.title;
  effect(() => {
    const count = (latest.value?.rows ?? []).filter((one) => one.unseen).length;
    document.title = count ? `(${count}) ${title}` : title;
  });
}

export function asOfText(): string {
  return asOf.value === null ? "–" : bare(asOf.value);
}
