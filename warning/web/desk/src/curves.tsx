// Hydrographs of many stations on one axis of time, with one cursor.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Station } from "./api";
import { Hydrograph } from "./hydrograph";
import { ahead, hours, pan, point, reset, show, SPANS, zoom, zoomed } from "./span";
import { shown } from "./state";
import { say } from "./words";

const FIRST = 8; // of them are shown until somebody chooses others
const KEPT = "floodbell-curves";

const key = (one: Station): string => `${one.station} ${one.parameter}`;
const picked = signal<string[] | null>(JSON.parse(localStorage.getItem(KEPT) ?? "null") as string[] | null);

function pick(one: Station, wanted: boolean, all: Station[]): void {
  const others = all.map(key).filter((each) => each !== key(one));
  picked.value = wanted ? [...others, key(one)] : others;
  localStorage.setItem(KEPT, JSON.stringify(picked.value));
}

const ZOOM = 0.5;
const STEP = 0.5;
const KEYS: Record<string, () => void> = {
  "+": () => zoom(ZOOM, ahead.value),
  "-": () => zoom(1 / ZOOM, ahead.value),
  "0": reset,
  ArrowLeft: () => point(-1, ahead.value),
  ArrowRight: () => point(1, ahead.value),
  PageUp: () => pan(-STEP, ahead.value),
  PageDown: () => pan(STEP, ahead.value),
};

function pressed(event: KeyboardEvent): void {
  const act = event.target === event.currentTarget ? KEYS[event.key] : undefined;
  if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function Controls(): JSX.Element {
  const button = (text: string, act: () => void): JSX.Element => <button type="button" class="second" onClick={act}>{say(text)}</button>;
  return (
    <div class="controls" role="group" aria-label={say("live_curves_span")}>
      {SPANS.map((many) => (
        <button key={many} type="button" class="second" aria-pressed={hours.value === many && zoomed.value === null} onClick={() => show(many)}>
          {many < 48 ? `${many} h` : say("live_curves_days", { days: many / 24 })}
        </button>
      ))}
      {button("live_curves_closer", KEYS["+"]!)}
      {button("live_curves_wider", KEYS["-"]!)}
      {button("live_curves_earlier", KEYS.PageUp!)}
      {button("live_curves_later", KEYS.PageDown!)}
      {button("live_curves_reset", reset)}
    </div>
  );
}

export function Curves({ at }: { at: string | null }): JSX.Element {
  const stations = shown.value?.stations ?? [];
  const first = stations.filter((one) => one.main).slice(0, FIRST);
  const wanted = picked.value === null ? first : stations.filter((one) => picked.value!.includes(key(one)));
  return (
    <section class="panel curves" aria-labelledby="curves">
      <h2 id="curves" tabIndex={-1}>{say("live_curves")}</h2>
      <Controls />
      <details>
        <summary>{say("live_curves_pick", { count: wanted.length, all: stations.length })}</summary>
        <ul class="picks">
          {stations.map((one) => {
            const id = `pick-${one.station}-${one.parameter}`;
            return (
              <li key={key(one)} class="tick">
                <input type="checkbox" id={id} checked={wanted.includes(one)} onChange={(event) => pick(one, event.currentTarget.checked, wanted)} />
                <label for={id}>{one.name}, {say(one.parameter)}</label>
              </li>
            );
          })}
        </ul>
      </details>
      <p><small>{say("live_curves_legend")}</small></p>
      <div class="aligned" id="aligned" tabIndex={0} role="group" aria-label={say("live_curves_keys")} onKeyDown={pressed}>
        {wanted.map((one) => <Hydrograph key={key(one)} one={one} at={at} />)}
      </div>
    </section>
  );
}
