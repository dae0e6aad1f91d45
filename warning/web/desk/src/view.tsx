// What stands in the middle: the chosen warning, the hydrographs, or the map.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { Curves } from "./curves";
import { Detail } from "./detail";
import { Plan } from "./map";
import { past } from "./state";
import { say } from "./words";

export const VIEWS = ["warning", "curves", "map"] as const;
export type View = (typeof VIEWS)[number];

export const view = signal<View>("warning");

export function View(): JSX.Element {
  return (
    <div class="middle">
      <nav class="views" aria-label={say("live_views")}>
        {VIEWS.map((one, place) => (
          <button key={one} type="button" class="second" aria-pressed={view.value === one} onClick={() => (view.value = one)}>
            {say(`live_view_${one}`)} <kbd>{place + 1}</kbd>
          </button>
        ))}
      </nav>
      {view.value === "warning" && <Detail />}
      {view.value === "curves" && <Curves at={past.value} />}
      {view.value === "map" && <Plan />}
    </div>
  );
}
