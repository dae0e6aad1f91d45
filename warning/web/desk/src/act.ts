// Commands of the person, each with one clear message about what became of it.
import { effect, signal } from "@preact/signals";
import { command, type Row } from "./api";
import { given } from "./given";
import { chosen, latest, past, refresh, replaced, row as current, tell } from "./state";
import { bare, person, say } from "./words";
import { forget, inForm } from "./writing";

export const busy = signal("");
const refused = signal(""); // the warning whose release was refused last

let number = 0;
const keys = new Map<string, string>();

/** The same key for the same form until there is an answer: pressing again after a break does no harm. */
function keyOf(what: string): string {
  const known = keys.get(what);
  if (known !== undefined) return known;
  number += 1;
  const key = `${given.run}-${Date.now().toString(36)}-${number}`;
  keys.set(what, key);
  return key;
}

/** Give a command about a warning, or with an empty ``about`` one of the shift log. Whether it was done. */
export async function act(about: string, path: string, body: object): Promise<boolean> {
  if (past.value !== null) return false;
  const what = `${path} ${JSON.stringify(body)}`;
  if (busy.value === what) return false;
  busy.value = what;
  refused.value = "";
  try {
    const { status, text } = await command(path, body, keyOf(what));
    if (status === 504) {
      tell(about, false, say("live_unconfirmed"));
      return false;
    }
    keys.delete(what);
    const done = status === 200;
    if (done) forget();
    if (done) tell(about, true, say("live_done", { text }));
    else if (status === 401) tell(about, false, say("live_logged_out"));
    else tell(about, false, say("live_refused", { text }));
    await refresh();
    if (!done && replaced.value) tell(about, false, say("live_replaced", { who: person(latest.value!.person.id) }));
    if (!done && status === 409 && path.endsWith("/approve")) refused.value = about;
    return done;
  } catch { // a connection that breaks looks the same before the server has taken it as after
    tell(about, false, say("live_unanswered"));
    return false;
  } finally {
    busy.value = "";
  }
}

/** Where somebody else was faster, that is all there is to say; the desk may show it a moment later. */
effect(() => {
  const warning = refused.value;
  const board = latest.value;
  const row = board?.rows.find((one) => one.warning === warning);
  if (board === null || row === undefined || row.draft !== null) return;
  const by = board.shift.find((one) => one.warning === warning && (one.action === "approve" || one.action === "clear"));
  if (by === undefined || by.actor === given.person) return;
  refused.value = "";
  tell(warning, true, say("live_beaten", { who: person(by.actor), time: bare(new Date(by.at)) }));
});

/** Who is reading a draft back while it becomes another one, or goes, is told so. */
let read = { warning: "", draft: "" };
effect(() => {
  const one = current.value;
  const now = { warning: one?.warning ?? "", draft: one?.draft?.fingerprint ?? "" };
  const other = now.warning === read.warning && read.draft !== "" && now.draft !== read.draft;
  read = now;
  if (!other || !inForm("c-approve") || busy.peek() !== "") return;
  chosen.value = now.warning;
  tell(now.warning, false, say("live_changed"));
  if (now.draft === "") refused.value = now.warning;
});

export function acknowledge(row: Row): void {
  if (past.value !== null) tell(row.warning, false, say("live_past_refused"));
  else if (row.fits.includes("ack") || row.unseen) {
    chosen.value = row.warning; // it stays in sight: the same key again means no other one
    void act(row.warning, `warnings/${row.warning}/ack`, { level: row.worst });
  }
}

export function may(action: string): boolean {
  const person = latest.value?.person;
  if (past.value !== null || person === undefined) return false; // nobody commands the past
  return person.may.includes(action) || person.tells.includes(given.forms[action]?.says.action ?? "");
}
