// What became of the last command. It stays until somebody closes it.
import type { JSX } from "preact";
import { dismiss, outcomes } from "./state";
import { say } from "./words";

export function Outcome({ about }: { about: string }): JSX.Element {
  const found = outcomes.value[about];
  return (
    <div class="outcome" role="status" data-about={about}>
      {found && (
        <p class={found.good ? "good" : "alarm"}>
          {found.text}
          <button type="button" class="second small" onClick={() => dismiss(about)}>{say("live_close")}</button>
        </p>
      )}
    </div>
  );
}
