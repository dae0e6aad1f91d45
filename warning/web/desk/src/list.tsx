// All warnings: what nobody has seen first, by severity and then age.
import type { JSX } from "preact";
import { acknowledge, busy, may } from "./act";
import type { Row } from "./api";
import { Badge } from "./badge";
import { nextCall } from "./calls";
import { calm, dues, waits } from "./dues";
import { open } from "./keys";
import { Beyond, Brief } from "./onwall";
import { chosen, past, row as current, shown } from "./state";
import { WhyOf } from "./why";
import { age, clock, hazard, level, numbered, person, say, zone } from "./words";

function shadeOf(row: Row): string {
  return row.over ? "plain" : row.worst ? String(row.worst) : "0";
}

export function LevelBadge({ row }: { row: Row }): JSX.Element {
  return <Badge shade={shadeOf(row)}>{numbered(row.worst)}</Badge>;
}

function Item({ row, now }: { row: Row; now: string | null }): JSX.Element {
  const { draft } = row;
  const since = draft?.waiting_since ?? row.changed_at;
  const mine = current.value?.warning === row.warning;
  return (
    <li class={`item z-${shadeOf(row)} ${row.unseen ? "unseen" : ""} ${mine ? "mine" : ""}`}>
      <button type="button" class="head" id={`row-${row.warning}`} aria-current={mine} onClick={() => open(row.warning)}>
        <LevelBadge row={row} />
        <span class="name">{zone(row.zone)}: {hazard(row.hazard)}</span>
      </button>
      <p>
        {say(`state_${row.state}`)} {say("live_since", { time: clock(since, now) })}
        {age(since, now) && <> ({age(since, now)})</>}
      </p>
      {draft && (
        <p>
          <strong>{say("desk_draft")}:</strong> {level(draft.level)}, {say(`draft_${draft.change}`)}.{" "}
          {!draft.submitted && `${say("desk_being_written", { who: person(draft.author) })}. `}{nextCall(draft, now)}
        </p>
      )}
      {dues(row, now).map((due) => <p key={due.what}><strong class="flag">{due.text}</strong></p>)}
      <Brief row={row} />
      {(row.unseen || row.acks.length > 0) && (
        <p class="acks">
          {row.unseen && <strong class="flag">{say("live_unseen")}</strong>}{" "}
          {row.acks.length > 0 && <>{say("live_seen_by")} {row.acks.map((ack) => `${person(ack.person)} ${age(ack.at, now)}`).join(", ")}</>}
        </p>
      )}
      {row.unseen && may("ack") && (
        <button type="button" class="ack" disabled={busy.value !== ""} onClick={() => acknowledge(row)}>
          {say("live_ack")}{mine && <> <kbd>a</kbd></>}<span class="quiet"> {zone(row.zone)}: {hazard(row.hazard)}</span>
        </button>
      )}
    </li>
  );
}

/** Of the past, where no drafts are kept: what stood above its mark and was not said. */
function Measured(): JSX.Element | null {
  if (past.value === null) return null;
  const zones = (shown.value?.zones ?? []).filter((one) => one.measured_level > one.released_level);
  return (
    <ul class="items">
      {zones.map((one) => (
        <li key={`${one.zone} ${one.hazard}`} class={`item z-${one.measured_level}`}>
          <Badge shade={String(one.measured_level)}>{numbered(one.measured_level)}</Badge> {zone(one.zone)}: {hazard(one.hazard)} – {say("live_past_measured")}
          <WhyOf zone={one.zone} hazard={one.hazard} />
        </li>
      ))}
    </ul>
  );
}

export function List(): JSX.Element {
  const board = shown.value;
  const rows = board?.rows ?? [];
  const wanted = (row: Row): boolean => !row.over || waits(row, board!.now);
  const open_ = rows.filter(wanted);
  const over = rows.filter((row) => !wanted(row));
  return (
    <section class="panel list" aria-labelledby="list">
      <h2 id="list">{say("live_warnings")}</h2>
      {rows.length === 0 && board !== null && <p>{say(past.value === null ? "live_none" : "live_past_none")}</p>}
      <Measured />
      {past.value === null && board !== null && calm(board) && <p>{say("live_calm")}</p>}
      <ol class="items">{open_.map((row) => <Item key={row.warning} row={row} now={board!.now} />)}</ol>
      {over.length > 0 && (
        <details>
          <summary>{say("live_ended")} ({over.length})</summary>
          <ol class="items">{over.map((row) => <Item key={row.warning} row={row} now={board!.now} />)}</ol>
        </details>
      )}
      <Beyond />
    </section>
  );
}

/** Move the choice by some places, and the focus with it. */
export function move(by: number): void {
  const ids = [...document.querySelectorAll<HTMLElement>(".list .head")].filter((one) => one.offsetParent !== null).map((one) => one.id.slice(4));
  const place = ids.indexOf(current.value?.warning ?? "");
  const next = ids[Math.min(ids.length - 1, Math.max(0, place + by))];
  if (next === undefined) return;
  chosen.value = next;
  document.getElementById(`row-${next}`)?.focus();
}
