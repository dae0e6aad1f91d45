// Who is on call, what people have told the rules, and what was written and decided.
import type { JSX } from "preact";
import { may } from "./act";
import { WORDS } from "./asking";
import { told } from "./fields";
import { Asks, Form } from "./forms";
import { given } from "./given";
import { Beyond } from "./onwall";
import { Outcome } from "./outcome";
import { chosen, past, shown } from "./state";
import { clock, hazard, person, say, zone } from "./words";

export function Duty(): JSX.Element {
  const board = shown.value;
  const duty = board?.on_duty;
  const at = (time: string | null): string => clock(time, board?.now ?? null);
  return (
    <section class="panel duty" aria-labelledby="duty">
      <h2 id="duty">{say("live_duty")}</h2>
      <ol class="people">{duty?.people.map((one) => <li key={one}>{person(one)}</li>)}</ol>
      {duty?.since && <p><small>{say(duty.instead ? "live_duty_instead" : "live_duty_since", { time: at(duty.since) })}</small></p>}
      {duty?.next_at && <p>{say("live_duty_next", { who: duty.next.map(person).join(", "), time: at(duty.next_at) })}</p>}
      {past.value === null && may("handover") && (
        <div class="controls">
          <Asks name="handover" small />
          {duty?.people[0] !== given.person && <TakeOver />}
        </div>
      )}
    </section>
  );
}

/** Handing over to oneself: who comes on says so. */
function TakeOver(): JSX.Element {
  return <Asks name="handover" preset={{ to: given.person }} text="live_take_over" small />;
}

/** Silences, held levels, sensors out of service, reports and zones that release nothing: each with what ends it. */
export function Told(): JSX.Element {
  const board = shown.value;
  const rows = (board?.rows ?? []).filter((row) => !row.over);
  const until = (time: string | null): string => (time === null ? "" : `, ${say("live_silence_until", { time: clock(time, board?.now ?? null) })}`);
  const ends = (name: string, preset: object): JSX.Element | null => (past.value === null && may(name) ? <> <Asks name={name} preset={preset} small /></> : null);
  const items = [
    ...(board?.silences ?? []).map((one) => (
      <li key={`${one.zone} ${one.hazard}`}>{say("live_silences")}: {zone(one.zone)}, {hazard(one.hazard)}{until(one.until)}{one.actor && ` (${person(one.actor)})`}{ends("unsilence", { zone: one.zone, hazard: one.hazard })}</li>
    )),
    ...rows.filter((row) => row.held_by).map((row) => (
      <li key={row.warning}>{say("live_held")}: {zone(row.zone)}, {hazard(row.hazard)} ({person(row.held_by)}){ends("release", { zone: row.zone, hazard: row.hazard })}</li>
    )),
    ...(board?.words ?? []).map((one) => (
      <li key={one.id}>
        {say(one.action === "report" ? "live_reported" : "live_out")}: {told(one)}{until(one.until)} ({person(one.actor)})
        {one.action === "report" ? ends("withdraw", { report: one.id }) : ends("in-service", { series: `${one.station} ${one.parameter}` })}
      </li>
    )),
    ...[...new Set(rows.filter((row) => !row.armed).map((row) => row.zone))].map((one) => (
      <li key={`armed ${one}`}>{zone(one)}: {say("desk_disarmed")}{ends("rearm", { zone: one })}</li>
    )),
  ];
  return (
    <section class="panel told" aria-labelledby="told">
      <h2 id="told">{say("live_told")}</h2>
      {items.length === 0 ? <p>{say("live_told_none")}</p> : <ul>{items}</ul>}
      {past.value === null && may("silence") && <div class="controls"><Asks name="" text="live_ask_open" small /></div>}
      <Outcome about={WORDS} />
      <Beyond />
    </section>
  );
}

export function Shift(): JSX.Element {
  const board = shown.value;
  return (
    <section class="panel shift" aria-labelledby="shift">
      <h2 id="shift">{say("shift_heading")}</h2>
      {past.value === null && may("note") && <Form name="note" about="" />}
      <Outcome about="" />
      {board?.shift.length === 0 && <p>{say("shift_empty")}</p>}
      <ol class="entries">
        {board?.shift.map((one) => (
          <li key={one.id}>
            <small>{clock(one.at, board.now)}</small> <strong>{person(one.actor)}</strong> {say(`did_${one.action}`)} {one.person && person(one.person)}
            {one.warning && <> <button type="button" class="second small" onClick={() => (chosen.value = one.warning)}><code>{one.warning}</code></button></>}
            <br />{one.text}
          </li>
        ))}
      </ol>
    </section>
  );
}
