// Facts in words, as the server's pages say them: the phrases are the same ones.
import { given } from "./given";

type Slots = Record<string, string | number>;

export function say(key: string, slots: Slots = {}): string {
  const phrase = given.phrases[key];
  if (phrase === undefined) throw new Error(`no phrase ${key}`);
  return fill(phrase, slots);
}

/** What a form is called. */
export function titled(name: string): string {
  return say(known(`name_${name}`) ? `name_${name}` : `do_${name}`);
}

export function known(key: string): boolean {
  return given.phrases[key] !== undefined;
}

function fill(phrase: string, slots: Slots): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole));
}

const around = given.language.split("-")[0]!;
const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: given.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

function split(at: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
}

/** Time of day; with the date where it is not today. */
export function clock(at: string | null, now: string | null): string {
  if (at === null) return "–";
  const there = split(new Date(at));
  const time = `${there.hour}:${there.minute}`;
  if (now !== null) {
    const here = split(new Date(now));
    if (here.day === there.day && here.month === there.month && here.year === there.year) return say("clock", { time });
  }
  return say("dated_clock", { day: there.day!, month: there.month!, year: there.year!, time });
}

/** The bare time of day, as "18:05". */
export function bare(at: Date, seconds = false): string {
  const there = split(at);
  return `${there.hour}:${there.minute}${seconds ? `:${there.second}` : ""}`;
}

/** For an axis: the time of day, at midnight the day. */
export function tick(at: Date, days: boolean): string {
  const there = split(at);
  return days || `${there.hour}:${there.minute}` === "00:00" ? `${there.day}.${there.month}.` : `${there.hour}:${there.minute}`;
}

const UNITS: [string, number][] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

/** How long ago, in the largest unit that fits; empty where nobody knows the time. */
export function age(at: string | null, now: string | null): string {
  if (at === null || now === null) return "";
  const ms = Date.parse(now) - Date.parse(at);
  if (ms < -60_000) return say("clock_ahead");
  for (const [unit, size] of UNITS) {
    const count = Math.floor(ms / size);
    if (count === 1) return say(`${unit}_ago`);
    if (count > 1) return say(`${unit}s_ago`, { count });
  }
  return say("just_now");
}

/** A length of time, as "2 h 15 min". */
export function taking(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = Math.floor(minutes % 60);
  return [hours > 0 && `${hours} h`, (rest > 0 || hours === 0) && `${rest} min`].filter(Boolean).join(" ");
}

export function amount(value: number | null, unit: string): string {
  if (value === null) return say("no_value");
  const figure = new Intl.NumberFormat(around, { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 }).format(value);
  return `${figure} ${unit.replace("m3", "m³")}`;
}

/** The word of a level with its number; it never stands for a colour alone. */
export function level(number: number): string {
  const found = given.levels[number - 1];
  return found ? `${found.word}, ${found.step}` : say("calm_level");
}

export function word(number: number): string {
  return given.levels[number - 1]?.word ?? say("calm_level");
}

/** As on a badge: the word, and the number that tells it from its neighbours. */
export function numbered(number: number): string {
  return number ? `${word(number)} (${number})` : say("calm_level");
}

/** A mark by the level it stands for, else by its own name. */
export function mark(name: string, band: number): string {
  return band >= 1 && band <= given.levels.length ? level(band) : name;
}

export function steady(rate: number): boolean {
  return Math.abs(rate) < given.trends.least;
}

export function trend(rate: number | null): string {
  if (rate === null) return given.trends.unknown;
  const said = steady(rate) ? given.trends.steady : rate > 0 ? given.trends.rising : given.trends.falling;
  return said.replace(/\{\{\s*rate\s*\}\}/g, String(Math.round(Math.abs(rate))));
}

export const zone = (id: string): string => given.zones[id] ?? id;
export const hazard = (id: string): string => given.hazards[id] ?? id;
export const station = (id: string): string => given.stations[id] ?? id;
export const person = (id: string): string => given.people[id] ?? id;
