// Forms of commands. What is released is read back by the person: nothing is filled in beforehand.
import { useRef } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import { act, busy, may } from "./act";
import { ask, expect, WORDS, type Preset } from "./asking";
import type { Draft, Row } from "./api";
import { FieldOf, fieldsOf, request } from "./fields";
import { latest } from "./state";
import { known, level, say, titled, zone } from "./words";

interface Form { name: string; row?: Row | null; preset?: Preset; heading?: string; about?: string; done?: () => void; children?: ComponentChildren }

/** The draft that somebody rewords, so that nobody's words are overwritten unseen. */
const draftOf = (row: Row | null): string => row?.draft?.fingerprint || "-";

/** A command with everything that the interface takes of it. */
export function Form({ name, row = null, preset = {}, heading, about, done, children }: Form): JSX.Element {
  const read = useRef(draftOf(row));
  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { path, body } = request(name, form, row);
    if (name === "update") Object.assign(body, { draft: read.current });
    if (!(await act(about ?? row?.warning ?? WORDS, path, body))) {
      read.current = draftOf(latest.value?.rows.find((one) => one.warning === row?.warning) ?? null); // who sends it again has been told
      return;
    }
    if (name === "warn" || name === "hold") expect((body as { zone: string }).zone, (body as { hazard: string }).hazard);
    form.reset();
    done?.();
  }
  const Heading = done ? "h2" : row ? "h4" : "h3"; // by where it stands: in the dialog, in a draft, in a panel
  return (
    <form class={`command c-${name}`} aria-labelledby={`h-${name}`} onSubmit={(event) => void submit(event)}>
      <Heading id={`h-${name}`}>{heading ?? titled(name)}</Heading>
      {known(`help_${name}`) && <p>{say(`help_${name}`)}</p>}
      {children}
      <div class="fields">{fieldsOf(name).map((field) => <FieldOf key={field.name} form={name} field={field} row={row} preset={preset} />)}</div>
      <p class="send">
        <button disabled={busy.value !== ""}>{busy.value ? say("live_sending") : say(`do_${name}`)}</button>
        {done && <button type="button" class="second" onClick={done}>{say("live_close")} <kbd>Esc</kbd></button>}
      </p>
    </form>
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

/** Opens a form. */
export function Asks({ name, row = null, preset = {}, text, small }: { name: string; row?: Row | null; preset?: Preset; text?: string; small?: boolean }): JSX.Element {
  const key = name === "reject" && row !== null ? <kbd>x</kbd> : null;
  return <button type="button" class={`second c-${name} ${small ? "small" : ""}`} onClick={() => ask(name, row, preset)}>{text ? say(text) : titled(name)}{key}</button>;
}

const OWN = new Set(["ack", "approve"]); // they stand by themselves

/** What fits the chosen warning, and what can be told the rules about it. */
export function Commands({ row }: { row: Row }): JSX.Element {
  const wanted = row.fits.filter((action) => !OWN.has(action) && may(action));
  const about = { zone: row.zone, hazard: row.hazard };
  const words = [row.held_by ? "release" : "hold", "silence", ...(row.gauge_lost.length > 0 ? ["confirm-over"] : [])];
  return (
    <div class="controls">
      {wanted.map((action) => <Asks key={action} name={action} row={row} />)}
      {!row.over && words.filter(may).map((word) => <Asks key={word} name={word} preset={about} />)}
      {row.missing > 0 && may("reached") && <Asks name="reached" row={row} />}
    </div>
  );
}
