// Why a zone stands or stood where it does: its rules with their truths, and the readings that made them so.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Answered, why as read, type Atom, type Condition, type PartOf, type WhyAt, type Witness } from "./api";
import { frozen, latest, past } from "./state";
import { amount, clock, level, say, station } from "./words";

const AGAIN_MS = 5_000;

/** Of the moment that is shown. Read anew every minute and with every level; after a failure until it is there. */
function useWhy(zone: string, hazard: string, open: boolean): { found: WhyAt | null; failed: boolean } {
  const [found, keep] = useState<WhyAt | null>(null);
  const [failed, fail] = useState(false);
  const [tries, again] = useState(0);
  const at = past.value ?? frozen.value?.now ?? null;
  const board = at === null ? latest.value : null;
  const stands = board?.zones.find((one) => one.zone === zone && one.hazard === hazard);
  useEffect(() => keep(null), [zone, at]);
  useEffect(() => {
    if (!open) return undefined;
    let wanted = true;
    let timer = 0;
    const told = (one: WhyAt): void => {
      if (!wanted) return;
      keep(one);
      fail(false);
    };
    const missed = (error: unknown): void => {
      if (!wanted) return;
      const never = error instanceof Answered && error.status === 404; // nothing was assessed by then
      fail(!never);
      if (never) keep({ at: at ?? "", rules: { then: null, same: true }, conditions: [] });
      else timer = window.setTimeout(() => again((count) => count + 1), AGAIN_MS);
    };
    read(zone, at).then(told, missed);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [zone, at, open, tries, board?.now?.slice(0, 16), stands?.measured_level, stands?.known]);
  return { found, failed };
}

function Truth({ truth }: { truth: boolean | null }): JSX.Element {
  const [mark, words] = truth === null ? ["?", "live_truth_unknown"] : truth ? ["✓", "live_truth_true"] : ["✗", "live_truth_false"];
  return <span class="truth"><span aria-hidden="true">{mark}</span> {say(words)}</span>;
}

/** A value with what is doubted about it. */
function measured(one: Witness): string {
  const doubts = one.doubts.map((doubt) => say(`doubt_${doubt}`)).join(", ");
  return `${amount(one.value, one.unit)}, ${say(`flag_${one.flag}`)}${doubts ? `: ${doubts}` : ""}`;
}

/** What it rests on, line by line. */
function because(atom: Atom, at: string): string[] {
  const since = atom.since === null ? "" : clock(atom.since, at);
  const who = atom.reported ? say("live_atom_reported") : station(atom.station);
  const lines: (string | false | null)[] = [
    atom.limit !== null && say("live_atom_limit", { value: amount(atom.limit, atom.unit) }),
    atom.truth === true && atom.limit !== null && atom.off !== null && atom.off < atom.limit && say("live_atom_off", { value: amount(atom.off, atom.unit) }),
    !atom.in_service && say("live_atom_out"),
    atom.lack !== null && (since ? say("live_atom_lack_since", { why: say(`lack_${atom.lack}`), time: since }) : say(`lack_${atom.lack}`)),
    atom.lack !== null && atom.before !== null && atom.before.truth !== null
      && say("live_atom_before", { truth: say(atom.before.truth ? "live_truth_true" : "live_truth_false"), value: amount(atom.before.value, atom.unit) }),
    atom.lack === null && since !== "" && (atom.cause === null ? say("live_atom_since", { time: since })
      : say("live_atom_by", { time: since, who, value: atom.reported ? amount(atom.cause.value, atom.cause.unit) : measured(atom.cause) })),
    atom.newest !== null && atom.newest.at !== atom.cause?.at && say("live_atom_newest", { time: clock(atom.newest.at, at), value: measured(atom.newest) }),
  ];
  return lines.filter((line): line is string => Boolean(line));
}

function AtomOf({ atom, at }: { atom: Atom; at: string }): JSX.Element {
  return (
    <li>
      <Truth truth={atom.truth} /> <code>{atom.atom}</code>
      {because(atom, at).map((line) => <span key={line} class="evidence">{line}</span>)}
    </li>
  );
}

const JOINED: Record<string, string> = { and: "live_part_and", or: "live_part_or", not: "live_part_not", "any of": "live_part_or", "all of": "live_part_and" };

function Part({ part, at }: { part: PartOf; at: string }): JSX.Element {
  if (part.atom !== null) return <AtomOf atom={part.atom} at={at} />;
  const joined = JOINED[part.what];
  return (
    <li>
      <Truth truth={part.truth} /> {joined ? say(joined) : say("live_part_some", { count: parseInt(part.what, 10) })}
      {!part.counts && ` (${say("live_atom_out")})`}
      <ul>{part.parts.map((one, place) => <Part key={place} part={one} at={at} />)}</ul>
    </li>
  );
}

function Told({ of, at }: { of: Condition; at: string }): JSX.Element {
  return (
    <>
      {of.reason !== null && <p>{say(`why_${of.reason}`)}{of.changed_at && `, ${clock(of.changed_at, at)}`}</p>}
      {of.overlays.map((one) => <p key={one}><strong>{say(`overlay_${one}`)}</strong></p>)}
      {of.gauge_lost.length > 0 && <p><strong>{say("lost_sentence", { stations: of.gauge_lost.map(station).join(", ") })}</strong></p>}
      {of.formulas.map((one) => (
        <ul key={one.key}>
          <li>
            <strong>{one.key === "staff" ? say("live_formula_staff") : level(Number(one.key.split(" ")[1]))}</strong>: <Truth truth={one.truth} />
            <ul><Part part={one.tree} at={at} /></ul>
          </li>
        </ul>
      ))}
      {of.stored.length > 0 && <ul>{of.stored.map((one) => <AtomOf key={one.atom} atom={one} at={at} />)}</ul>}
    </>
  );
}

export function WhyOf({ zone, hazard }: { zone: string; hazard: string }): JSX.Element {
  const [open, turn] = useState(false);
  const { found, failed } = useWhy(zone, hazard, open);
  const condition = found?.conditions.find((one) => one.hazard === hazard);
  return (
    <details class="why" onToggle={(event) => turn(event.currentTarget.open)}>
      <summary>{say("live_why_all")}</summary>
      {failed && <p class="alarm" role="status">{say("live_why_away")}</p>}
      {open && found === null && !failed && <p>{say("live_loading")}</p>}
      {found !== null && !found.rules.same && <p>{say("live_why_rules")}</p>}
      {found !== null && (condition ? <Told of={condition} at={found.at} /> : <p>{say("live_why_none")}</p>)}
    </details>
  );
}
