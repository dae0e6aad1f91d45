// What of a warning waits for somebody beside its draft, each in one sentence: in the list, the detail and on the wall.
import type { Board, Row } from "./api";
import { clock, person, say } from "./words";

const SOON_MS = 30 * 60_000; // so long before its end people are asked whether it is to last longer

export interface Due { what: "sheet" | "alone" | "calls" | "expired" | "ends"; text: string }

/** Nothing of what is closed: that is long over. */
export function dues(row: Row, now: string | null): Due[] {
  if (row.state === "CLOSED") return [];
  const found: Due[] = [];
  if (row.state === "EXPIRED" && row.draft === null) found.push({ what: "expired", text: say("live_expired") });
  if (row.sheet_due && !row.sheet_set_at) found.push({ what: "sheet", text: say("desk_sheet_due", { time: clock(row.sheet_due, now) }) });
  if (row.released_alone_by && row.countersign_due) {
    found.push({ what: "alone", text: say("desk_alone", { who: person(row.released_alone_by), time: clock(row.countersign_due, now) }) });
  }
  if (row.to_call > 0) found.push({ what: "calls", text: say("live_to_call", { count: row.to_call }) });
  if (endsSoon(row, now)) found.push({ what: "ends", text: say("live_ends", { time: clock(row.expires, now) }) });
  return found;
}

function endsSoon(row: Row, now: string | null): boolean {
  if (row.over || row.state === "EXPIRED" || row.level === 0 || row.expires === null || now === null) return false;
  return Date.parse(row.expires) - Date.parse(now) <= SOON_MS;
}

/** Whether somebody has to look at a warning. */
export function waits(row: Row, now: string | null): boolean {
  return row.unseen || (row.draft !== null && !row.over) || dues(row, now).length > 0;
}

/** Whether it is known that nothing waits: not while nothing is decided or read any more. */
export function calm(board: Board): boolean {
  if (board.stalled_since !== null || board.system.history_away) return false;
  return board.rows.length > 0 && !board.rows.some((row) => waits(row, board.now));
}
