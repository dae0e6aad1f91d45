// The chosen warning: what it is about, what waits for a decision, whom it has reached.
import type { JSX } from "preact";
import { acknowledge, may } from "./act";
import type { Row } from "./api";
import { nextCall } from "./calls";
import { Delivery } from "./delivery";
import { dues } from "./dues";
import { Commands, Form, ReadBack } from "./forms";
import { given } from "./given";
import { LevelBadge } from "./list";
import { Outcome } from "./outcome";
import { past, row as chosen, shown } from "./state";
import { TextsOf } from "./texts";
import { WhyOf } from "./why";
import { age, amount, clock, hazard, level, person, say, station, word, zone } from "./words";

function Why({ row, now }: { row: Row; now: string | null }): JSX.Element | null {
  const { why } = row;
  if (why === null) return null;
  return (
    <li>
      {say("live_why")}: <strong>{say(`why_${why.reason}`)}</strong>, {clock(why.at, now)}{why.actor && <>, {person(why.actor)}</>}
      {why.evidence.map((one) => (
        <span key={one.rule} class="evidence">{station(one.station)}: {amount(one.value, one.unit)}, {clock(one.at, now)} <code>{one.rule}</code></span>
      ))}
    </li>
  );
}

function Facts({ row, now }: { row: Row; now: string | null }): JSX.Element {
  const { draft } = row;
  const strong = (text: string): JSX.Element => <li key={text}><strong>{text}</strong></li>;
  return (
    <ul class="facts">
      <Why row={row} now={now} />
      {draft && (
        <li>
          {draft.submitted ? draft.waiting_since && `${say("desk_waits_since", { time: clock(draft.waiting_since, now) })} (${age(draft.waiting_since, now)})`
            : say("desk_being_written", { who: person(draft.author) })}
          {(draft.needed > 1 || draft.approved_by.length > 0) && `; ${say("desk_needed", { count: draft.needed })}`}
          {draft.approved_by.length > 0 && `; ${say("desk_agreed", { who: draft.approved_by.map(person).join(", ") })}`}
        </li>
      )}
      {draft && nextCall(draft, now) && <li>{nextCall(draft, now)}</li>}
      {past.value === null && <li>
        {say("desk_acks")}:{" "}
        {row.acks.length === 0 ? say("desk_nobody") : row.acks.map((ack) => `${person(ack.person)} ${age(ack.at, now)} (${ack.level ? word(ack.level) : "–"})`).join(", ")}
      </li>}
      {row.concerned > 0 && (
        <li>
          {say("desk_institutions", { known: row.concerned - row.missing, all: row.concerned })} –{" "}
          <a href={`/desk/${row.warning}/calls`}>{row.to_call ? say("desk_to_call", { count: row.to_call }) : say("calls_heading")}</a>
        </li>
      )}
      {row.level > 0 && (
        <li>
          {say("desk_released", { level: word(row.level), step: level(row.level).split(", ")[1] ?? "", number: row.revision })}
          {row.expires && !row.over && `, ${say("valid_until", { time: clock(row.expires, now) })}`}
        </li>
      )}
      {row.normal_since && !row.over && row.level > 0 && <li>{say("below_sentence", { time: clock(row.normal_since, now) })}</li>}
      {row.rejected_by && <li>{say("desk_rejected", { who: person(row.rejected_by), why: row.rejected })}</li>}
      {row.held_by && <li>{say("desk_held", { who: person(row.held_by) })}</li>}
      {row.gauge_lost.length > 0 && strong(say("lost_sentence", { stations: row.gauge_lost.join(", ") }))}
      {dues(row, now).filter((due) => due.what !== "calls").map((due) => strong(due.text))}
      {row.sheet_set_at && <li>{say("desk_sheet_set", { time: clock(row.sheet_set_at, now) })}</li>}
      {row.retracted_at && strong(say("desk_retracted", { who: person(row.retracted_by), time: clock(row.retracted_at, now) }))}
      {!row.armed && strong(say("desk_disarmed"))}
    </ul>
  );
}

/** What is printed or read aloud of the last revision, and what stands on its plain page alone. A key goes to the first. */
function Papers({ row }: { row: Row }): JSX.Element | null {
  if (row.revision === 0) return null;
  const plain = `/desk/${row.warning}`;
  const links = [
    ...(given.official ? [[`${plain}/${row.revision}/sheet`, "desk_sheet"], [`${plain}/${row.revision}/siren`, "desk_siren"]] : []),
    [`${plain}/${row.revision}/hotline`, "hotline_heading"],
    [`/${given.language}/warning/${row.warning}`, "desk_public"],
    [plain, "feedback_staff"],
  ];
  return <p class="papers"><kbd>b</kbd> {links.map(([to, text], place) => <>{place > 0 && " · "}<a key={text} id={place === 0 ? "papers" : undefined} href={to}>{say(text!)}</a></>)}</p>;
}

function Decision({ row }: { row: Row }): JSX.Element | null {
  const { draft } = row;
  if (draft === null || row.over) return null;
  return (
    <section class="decision" aria-labelledby="decision">
      <h3 id="decision">{say("desk_draft")}, {say("revision", { number: draft.revision })} <small>{say(`draft_${draft.change}`)}</small></h3>
      {row.title ? <p class="title"><strong>{row.title}</strong></p> : <p class="alarm">{say("no_text")}</p>}
      <ReadBack row={row} draft={draft} />
      {row.fits.includes("approve") && may("approve") && <Form key={draft.fingerprint} name="approve" row={row} heading={say("live_read_back")} />}
    </section>
  );
}

export function Detail(): JSX.Element {
  const row = chosen.value;
  const now = shown.value?.now ?? null;
  if (row === null) return <section class="panel detail" aria-label={say("desk_heading")}><p>{say("live_choose")}</p></section>;
  return (
    <section class="panel detail" aria-labelledby="detail-heading">
      <h2 id="detail-heading" tabIndex={-1}><LevelBadge row={row} /> {zone(row.zone)}: {hazard(row.hazard)}</h2>
      <p>
        {row.worst > 0 && <>{level(row.worst)} – </>}{say(`state_${row.state}`)} · <code>{row.warning}</code>{" "}
        {row.unseen && may("ack") && <button type="button" onClick={() => acknowledge(row)}>{say("live_ack")} <kbd>a</kbd></button>}
      </p>
      <Outcome about={row.warning} />
      <Facts row={row} now={now} />
      <Papers row={row} />
      <WhyOf key={row.warning} zone={row.zone} hazard={row.hazard} />
      <Decision row={row} />
      {past.value === null && <TextsOf one={row} />}
      {past.value === null && <Delivery row={row} now={now} />}
      {past.value === null && <section aria-labelledby="commands"><h3 id="commands">{say("desk_commands")}</h3><Commands row={row} /></section>}
    </section>
  );
}
