// The live desk of Floodbell's staff.
import { render } from "preact";
import type { JSX } from "preact";
import { Ask } from "./ask";
import { Help } from "./help";
import { start as startKeys } from "./keys";
import { List } from "./list";
import { Replay } from "./replay";
import { River } from "./river";
import { Duty, Shift, Told } from "./shift";
import { start as startSound } from "./sound";
import { frozen, latest, spoken, start as startState } from "./state";
import { Stale, Top } from "./top";
import { View } from "./view";
import { say } from "./words";

function Spoken(): JSX.Element {
  return (
    <div class="quiet">
      <p role="status" id="polite">{spoken.value.polite}</p>
      <p role="alert" id="assertive">{spoken.value.assertive}</p>
    </div>
  );
}

function Desk(): JSX.Element {
  return (
    <>
      <Top />
      <Replay />
      {latest.value === null ? <main class="loading"><p>{say("live_loading")}</p></main> : (
        <main class={frozen.value === null ? "" : "is-paused"}>
          <List />
          <View />
          <div class="side">
            <River />
            <Duty />
            <Told />
            <Shift />
          </div>
        </main>
      )}
      <Help />
      <Ask />
      <Spoken />
      <Stale />
    </>
  );
}

const root = document.getElementById("desk")!;
root.replaceChildren();
render(<Desk />, root);
startKeys();
startState();
startSound();
