// What a wall says in place of what has to be opened, pressed or scrolled to.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { JSX } from "preact";
import type { Reached, Row } from "./api";
import { all, good } from "./delivery";
import { shown } from "./state";
import { wall } from "./wall";
import { amount, clock, person, say, station } from "./words";

const ENTRIES = 3;

const sum = (row: Row, of: (one: Reached) => number): number => row.reached.reduce((total, one) => total + of(one), 0);

/** Why, and whom it has reached, in a line each. */
export function Brief({ row }: { row: Row }): JSX.Element | null {
  if (!wall.value) return null;
  const first = row.why?.evidence[0];
  const meant = sum(row, all);
  const failed = sum(row, (one) => one.failed);
  return (
    <>
      {row.why && <p class="brief">{say("live_why")}: {say(`why_${row.why.reason}`)}{first && <>, {station(first.station)} {amount(first.value, first.unit)}</>}</p>}
      {meant > 0 && <p class="brief sent">{say("live_wall_sent", { good: sum(row, good), all: meant })}{failed > 0 && <>, {say("live_wall_failed", { count: failed })}</>}</p>}
    </>
  );
}

/** The last entries of the shift log. */
export function Lately(): JSX.Element | null {
  const board = shown.value;
  if (!wall.value || board === null || board.shift.length === 0) return null;
  return (
    <section class="panel lately" aria-labelledby="lately">
      <h2 id="lately">{say("shift_heading")}</h2>
      <ol class="entries">
        {board.shift.slice(0, ENTRIES).map((one) => (
          <li key={one.id}><small>{clock(one.at, board.now)}</small> <strong>{person(one.actor)}</strong> {say(`did_${one.action}`)} {one.person && person(one.person)} {one.text}</li>
        ))}
      </ol>
    </section>
  );
}

/** At the foot of a panel: how many of its entries have no room. Nobody scrolls a wall. */
export function Beyond(): JSX.Element | null {
  return wall.value ? <Counted /> : null;
}

function Counted(): JSX.Element {
  const note = useRef<HTMLParagraphElement>(null);
  const [count, setCount] = useState(0);
  void shown.value; // with each of which there may be other entries
  const look = (): void => {
    const { parentElement: panel, offsetHeight: own } = note.current!; // 0 while it is hidden
    if (panel!.scrollHeight - own <= panel!.clientHeight + 1) return setCount(0);
    const edge = panel!.getBoundingClientRect().bottom - own;
    const entries = [...panel!.querySelectorAll("li")].filter((one) => one.checkVisibility());
    setCount(entries.filter((one) => one.getBoundingClientRect().bottom > edge).length);
  };
  useLayoutEffect(look);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(look);
    sizes.observe(note.current!.parentElement!);
    return () => sizes.disconnect();
  }, []);
  return <p ref={note} class="beyond" hidden={count === 0}>{say("live_wall_more", { count })}</p>;
}
