// Who is on call, what is silenced, and what was written and decided.
import type { JSX } from "preact";
import { act, busy } from "./act";
import { Outcome } from "./outcome";
import { chosen, past, shown } from "./state";
import { clock, hazard, person, say, zone } from "./words";

export function Duty(): JSX.Element {
  const board = shown.value;
  const held = (board?.rows ?? []).filter((row) => row.held_by && !row.over);
  return (
    <section class="panel duty" aria-labelledby="duty">
      <h2 id="duty">{say("live_duty")}</h2>
      <ol class="people">{board?.on_duty.people.map((one) => <li key={one}>{person(one)}</li>)}</ol>
      {board?.on_duty.since && <p><small>{say("live_duty_since", { time: clock(board.on_duty.since, board.now) })}</small></p>}
      <h3>{say("live_silences")}</h3>
      {board?.silences.length === 0 && <p>{say("live_silences_none")}</p>}
      <ul>
        {board?.silences.map((one) => (
          <li key={`${one.zone} ${one.hazard}`}>{zone(one.zone)}: {hazard(one.hazard)}, {say("live_silence_until", { time: clock(one.until, board.now) })}{one.actor && ` (${person(one.actor)})`}</li>
        ))}
        {held.map((row) => <li key={row.warning}>{say("live_held")}: {zone(row.zone)}, {hazard(row.hazard)} ({person(row.held_by)})</li>)}
      </ul>
    </section>
  );
}

function Note(): JSX.Element {
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get("text") ?? "").trim();
    if (text && (await act("", "shift/note", { text }))) form.reset();
  }
  return (
    <form class="command" onSubmit={(event) => void submit(event)}>
      <p><label for="note">{say("shift_text")}</label><textarea id="note" name="text" rows={2} maxLength={2000} required /></p>
      <p><button disabled={busy.value !== ""}>{say("do_note")}</button></p>
    </form>
  );
}

export function Shift(): JSX.Element {
  const board = shown.value;
  return (
    <section class="panel shift" aria-labelledby="shift">
      <h2 id="shift">{say("shift_heading")}</h2>
      {past.value === null && <Note />}
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
      <p><a href="/desk/shift">{say("do_handover")}</a></p>
    </section>
  );
}
