// The dialog in which everything is said that does not stand on the desk itself.
import { useEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { may } from "./act";
import { ask, asking, WORDS, type Asking } from "./asking";
import type { Row } from "./api";
import { Form } from "./forms";
import { Outcome } from "./outcome";
import { clock, hazard, level, say, titled, word, zone } from "./words";
import { Within } from "./spoken";
import { latest } from "./state";
import { forget } from "./writing";

/** All that is about no single warning, as people look for it. */
const LISTED: [heading: string, names: string[]][] = [
  ["live_ask_warning", ["warn", "hold", "release", "confirm-over"]],
  ["live_ask_seen", ["report", "report-level", "withdraw", "inform"]],
  ["live_ask_sensor", ["out-of-service", "in-service"]],
  ["live_ask_quiet", ["silence", "unsilence", "rearm"]],
  ["shift_heading", ["note", "handover"]],
];

function Choice(): JSX.Element {
  return (
    <>
      <h2 id="ask-heading">{say("live_ask")}</h2>
      {LISTED.map(([heading, names]) => (
        <section key={heading} aria-labelledby={`ask-${heading}`}>
          <h3 id={`ask-${heading}`}>{say(heading)}</h3>
          <div class="controls">
            {names.filter(may).map((name) => <button key={name} type="button" class={`second c-${name}`} onClick={() => ask(name)}>{titled(name)}</button>)}
          </div>
        </section>
      ))}
      <p class="send"><button type="button" class="second" onClick={() => (asking.value = null)}>{say("live_close")} <kbd>Esc</kbd></button></p>
    </>
  );
}

/** What a command is about, to be read before it is given. */
function About({ row }: { row: Row }): JSX.Element {
  const now = latest.value?.now ?? null;
  return (
    <dl class="read">
      <dt>{say("zone")}</dt><dd>{zone(row.zone)}: {hazard(row.hazard)}</dd>
      <dt>{say("state")}</dt><dd>{row.level ? `${word(row.level)}, ` : ""}{say(`state_${row.state}`)}{row.revision ? `, ${say("revision", { number: row.revision })}` : ""}</dd>
      {row.expires && !row.over && <><dt>{say("live_until")}</dt><dd>{clock(row.expires, now)}</dd></>}
      {row.draft && <><dt>{say("desk_draft")}</dt><dd>{level(row.draft.level)}, {say(`draft_${row.draft.change}`)}, {say("live_draft_recipients")}: {row.draft.recipients}</dd></>}
    </dl>
  );
}

function Asked({ name, row, preset }: Asking): JSX.Element {
  const about = row?.warning ?? WORDS;
  return (
    <>
      <Form name={name} row={row} preset={preset} about={about} done={() => (asking.value = null)}>{row && <About row={row} />}</Form>
      <Outcome about={about} />
    </>
  );
}

export function Ask(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = asking.value;
  useEffect(() => {
    const box = dialog.current!;
    if (wanted === null) {
      forget();
      return box.close();
    }
    if (!box.open) box.showModal();
    box.querySelector<HTMLElement>("select, input, textarea, button")?.focus();
  }, [wanted?.name, wanted?.row?.warning]);

  /** By Escape. That it has closed is told later, when something else may be asked already. */
  function cancelled(): void {
    asking.value = null;
    forget();
  }

  function closed(): void {
    requestAnimationFrame(() => { // where the button that opened it has gone, somewhere near
      if (document.activeElement === document.body) document.getElementById("detail-heading")?.focus();
    });
  }
  return (
    <dialog ref={dialog} id="ask" aria-labelledby={wanted?.name ? `h-${wanted.name}` : "ask-heading"} onCancel={cancelled} onClose={closed}>
      {wanted !== null && (wanted.name === "" ? <Choice /> : <Asked key={wanted.name} {...wanted} />)}
      {wanted !== null && <Within />}
    </dialog>
  );
}
