// The live desk of Floodbell's staff.
import { render } from "preact";
import type { JSX } from "preact";
import { Ask } from "./ask";
import { start as startDeaf } from "./deaf";
import { Help } from "./help";
import { start as startKeys } from "./keys";
import { List } from "./list";
import { Lately } from "./onwall";
import { Replay } from "./replay";
import { River } from "./river";
import { Duty, Shift, Told } from "./shift";
import { start as startSound } from "./sound";
import { Spoken } from "./spoken";
import { frozen, latest, start as startState } from "./state";
import { modal, Stale, Top } from "./top";
import { View } from "./view";
import { say } from "./words";

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
            <Lately />
          </div>
        </main>
      )}
      <Help />
      <Ask />
      <Spoken />
      {!modal.value && <Stale />}
    </>
  );
}

const root = document.getElementById("desk")!;
root.replaceChildren();
render(<Desk />, root);
startKeys();
startState();
startDeaf();
startSound();
