// What screen readers are told at once. Beside an open dialog the page is silent to them, so that a dialog has one of its own.
import { useRef } from "preact/hooks";
import type { JSX } from "preact";
import { spoken } from "./state";
import { Stale } from "./top";

export function Spoken(): JSX.Element {
  return (
    <div class="quiet">
      <p role="status" id="polite">{spoken.value.polite}</p>
      <p role="alert" id="assertive">{spoken.value.assertive}</p>
    </div>
  );
}

/** At the end of an open dialog: what was told before it opened is not told again, and what is stale stands above it. */
export function Within(): JSX.Element {
  const before = useRef(spoken.value);
  const now = spoken.value === before.current ? null : spoken.value;
  return (
    <>
      <div class="quiet">
        <p role="status" class="polite">{now?.polite}</p>
        <p role="alert" class="assertive">{now?.assertive}</p>
      </div>
      <Stale />
    </>
  );
}
