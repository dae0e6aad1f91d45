// Commands about the chosen warning. What is released is read back by the person: nothing is filled in beforehand.
import type { ComponentChildren, JSX } from "preact";
import { act, busy, may } from "./act";
import type { Draft, Row } from "./api";
import { given } from "./given";
import { known, level, say, zone } from "./words";

const NEEDS_REASON = new Set(["reject", "discard", "extend", "retract", "reinstate"]);
const HOURS = [1, 2, 3, 6, 12];
const HERE = ["reject", "submit", "discard", "countersign", "sheet-set", "clear", "reinstate", "extend", "retract"];

type Fields = Record<string, FormDataEntryValue>;

function Command(props: { row: Row; action: string; body: (fields: Fields) => object; children: ComponentChildren; heading?: string }): JSX.Element {
  const { row, action } = props;
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = Object.fromEntries(new FormData(form));
    if (await act(row.warning, `warnings/${row.warning}/${action}`, props.body(fields))) form.reset();
  }
  return (
    <form class={`command c-${action}`} aria-labelledby={`h-${action}`} onSubmit={(event) => void submit(event)}>
      <h4 id={`h-${action}`}>{props.heading ?? say(`do_${action}`)}</h4>
      {known(`help_${action}`) && <p>{say(`help_${action}`)}</p>}
      {props.children}
      <p><button disabled={busy.value !== ""}>{busy.value ? say("live_sending") : say(`do_${action}`)}</button></p>
    </form>
  );
}

function Reason({ action, needed }: { action: string; needed: boolean }): JSX.Element {
  const id = `reason-${action}`;
  return (
    <p>
      <label for={id}>{say(needed ? "desk_reason" : "desk_reason_maybe")}</label>
      <input id={id} name="reason" maxLength={2000} required={needed} autocomplete="off" />
    </p>
  );
}

const reasonOf = (fields: Fields): object => (String(fields.reason ?? "").trim() ? { reason: String(fields.reason).trim() } : {});

export function Approve({ row, draft }: { row: Row; draft: Draft }): JSX.Element {
  const body = (fields: Fields): object => ({
    level: Number(fields.level), zone: fields.zone, recipients: Number(fields.recipients), draft: draft.fingerprint || "-",
    alone: fields.alone === "true", ...reasonOf(fields),
  });
  return (
    <Command row={row} action="approve" body={body} heading={say("live_read_back")}>
      <div class="fields">
      <p>
        <label for="approve-level">{say("read_level")}</label>
        <select id="approve-level" name="level" required>
          <option value="" />
          {given.levels.map((one, place) => <option key={one.word} value={place + 1}>{one.word} ({place + 1})</option>)}
        </select>
      </p>
      <p>
        <label for="approve-zone">{say("read_zone")}</label>
        <select id="approve-zone" name="zone" required>
          <option value="" />
          {Object.entries(given.zones).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
      </p>
      <p>
        <label for="approve-recipients">{say("read_recipients")}</label>
        <input id="approve-recipients" name="recipients" inputMode="numeric" pattern="[0-9]+" required autocomplete="off" />
      </p>
      </div>
      <p class="tick">
        <input type="checkbox" id="approve-alone" name="alone" value="true" /> <label for="approve-alone">{say("read_alone")}</label>
      </p>
      <Reason action="approve" needed={false} />
    </Command>
  );
}

/** What stands to be read back. */
export function ReadBack({ row, draft }: { row: Row; draft: Draft }): JSX.Element {
  return (
    <dl class="read">
      <dt>{say("live_draft_level")}</dt><dd>{level(draft.level)}</dd>
      <dt>{say("live_draft_zone")}</dt><dd>{zone(row.zone)}</dd>
      <dt>{say("live_draft_recipients")}</dt><dd>{draft.recipients}</dd>
    </dl>
  );
}

function Other({ row, action }: { row: Row; action: string }): JSX.Element {
  const { draft } = row;
  const read = draft?.fingerprint && (action === "reject" || (action === "clear" && draft.change === "all-clear")) ? { draft: draft.fingerprint } : {};
  const body = (fields: Fields): object => ({ ...reasonOf(fields), ...read, ...(action === "extend" ? { lasting: fields.lasting } : {}) });
  return (
    <Command row={row} action={action} body={body}>
      {action === "extend" && (
        <p>
          <label for="lasting">{say("desk_lasting")}</label>
          <select id="lasting" name="lasting" required>{HOURS.map((hours) => <option key={hours} value={`${hours} h`}>{hours} h</option>)}</select>
        </p>
      )}
      <Reason action={action} needed={NEEDS_REASON.has(action)} />
    </Command>
  );
}

export function Commands({ row }: { row: Row }): JSX.Element {
  const wanted = HERE.filter((action) => row.fits.includes(action) && may(action));
  return (
    <>
      {wanted.map((action) => <Other key={`${action} ${row.draft?.fingerprint ?? row.revision}`} row={row} action={action} />)}
      <p><a href={`/desk/${row.warning}`}>{say("live_full")}</a></p>
    </>
  );
}
