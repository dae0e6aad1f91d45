// When people are called next to a draft, and whom.
import type { Draft } from "./api";
import { shown } from "./state";
import { clock, person, say } from "./words";

/** Empty where somebody is writing it and nobody is called for that. */
export function nextCall(draft: Draft, now: string | null): string {
  if (draft.next_call === null) return draft.submitted ? say("desk_no_call") : "";
  return `${say("desk_next_call", { time: clock(draft.next_call, now) })}: ${whom(draft)}`;
}

function whom(draft: Draft): string {
  const [first, second] = shown.value?.on_duty.people ?? [];
  if (draft.next_called === "everyone" || first === undefined) return say("live_call_everyone");
  if (draft.next_called === "first") return person(first);
  return `${person(first)}, ${second === undefined ? say("live_call_approvers") : person(second)}`;
}
