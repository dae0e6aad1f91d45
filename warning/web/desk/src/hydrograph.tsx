// One series: its curve, and the same in a sentence and a table.
import { effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { outlook, readings, type Outlook, type Readings, type Station } from "./api";
import { columns, extent, flagged, marks, rows } from "./curve";
import { fit, onPaper, plotIn, type Drawn } from "./plot";
import { ahead, ends, nowS, pointed, reset, seen, zoomed, type Span } from "./span";
import { amount, clock, say, trend } from "./words";

const ROWS = 48;
const redraw = signal(0);

for (const [kind, paper] of [["beforeprint", true], ["afterprint", false]] as const) {
  addEventListener(kind, () => {
    onPaper(paper);
    redraw.value += 1;
  });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (redraw.value += 1));

interface Loaded { readings: Readings; outlook: Outlook | null }

const iso = (at: number): string => new Date(at * 1000).toISOString();

function useReadings(one: Station, { from, to }: Span, at: string | null): Loaded | "failed" | null {
  const [loaded, keep] = useState<Loaded | "failed" | null>(null);
  const until = Math.min(to, nowS.value);
  useEffect(() => {
    if (from >= until) return undefined;
    let wanted = true;
    const asked = [readings(one.station, one.parameter, iso(from), iso(until), at), one.parameter === "stage" ? outlook(one.station, at) : null] as const;
    Promise.all(asked).then(
      ([found, coming]) => wanted && keep({ readings: found, outlook: coming }),
      () => wanted && keep((before) => before ?? "failed"), // what was drawn stays; the desk says how old it is
    );
    return () => void (wanted = false);
  }, [one.station, one.parameter, one.at, Math.round(from / 60), Math.round(until / 60), at]);
  return loaded;
}

function Plot({ drawn, span }: { drawn: Drawn; span: Span }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(drawn);
  latest.current = drawn;
  useEffect(() => {
    const here = place.current!;
    const made = plotIn(here, () => latest.current, {
      zoom: (from, to) => (zoomed.value = { from, to }),
      reset,
      point: (at) => (pointed.value = at),
    });
    plot.current = made;
    const watch = new ResizeObserver(() => fit(made, here));
    watch.observe(here);
    const stop = effect(() => {
      const at = pointed.value;
      made.setCursor({ left: at === null ? -10 : made.valToPos(at, "x"), top: at === null ? -10 : 1 }, false);
    });
    const again = effect(() => void (redraw.value && made.redraw(true, true)));
    return () => {
      stop();
      again();
      watch.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    plot.current!.batch(() => {
      plot.current!.setData(drawn.columns as uPlot.AlignedData, false);
      plot.current!.setScale("x", { min: span.from, max: span.to });
    });
  }, [drawn.readings, drawn.columns.length, span.from, span.to, drawn.now]);
  return <div class="plot" ref={place} aria-hidden="true" data-from={iso(span.from)} data-to={iso(span.to)} />;
}

/** What stands under the cursor. */
function Pointed({ of }: { of: Readings }): JSX.Element | null {
  const at = pointed.value;
  if (at === null || of.at.length === 0) return null;
  const ms = at * 1000;
  let place = 0;
  of.at.forEach((each, index) => {
    if (Math.abs(Date.parse(each) - ms) < Math.abs(Date.parse(of.at[place]!) - ms)) place = index;
  });
  return <span class="pointed">{clock(of.at[place]!, of.now)}: {said(of, place)}</span>;
}

function said(of: Readings, place: number): string {
  const flag = of.flag[place]!;
  const value = of.value[place] ?? null;
  return value === null ? say("flag_9") : `${amount(value, of.unit)}${flag > 2 ? ` (${say(`flag_${flag}`)})` : ""}`;
}

function Sentence({ one, loaded }: { one: Station; loaded: Loaded }): JSX.Element {
  const { readings: of, outlook: coming } = loaded;
  const found = extent(of);
  const odd = of.flag.filter((flag) => flag > 2).length;
  const last = coming?.stages.at(-1);
  const slots = { name: one.name, parameter: say(one.parameter), from: clock(of.since, of.now), to: clock(of.until, of.now) };
  return (
    <p>
      {found === null ? say("live_curve_none", slots)
        : say("live_curve_text", { ...slots, low: amount(found.low, of.unit), high: amount(found.high, of.unit), last: amount(found.last, of.unit) })}
      {one.parameter === "stage" && one.fresh && ` ${say("live_curve_trend", { trend: trend(one.rise_cm_per_h) })}`}
      {odd > 0 && ` ${say("live_curve_odd", { count: odd })}`}
      {last && ` ${say("outlook_heading")}: ${say("outlook_at", { time: clock(last.at, of.now), value: amount(last.value, of.unit), low: amount(last.low, of.unit), high: amount(last.high, of.unit) })}.`}
      {last && <small> {say(`outlook_${coming!.kind}`)} {say("outlook_method", { count: coming!.floods })}</small>}
    </p>
  );
}

function Table({ of }: { of: Readings }): JSX.Element {
  const [open, turn] = useState(false);
  return (
    <details onToggle={(event) => turn(event.currentTarget.open)}>
      <summary>{say("live_curve_table")}</summary>
      {open && (
        <div class="wide" tabIndex={0} role="region" aria-label={`${of.name}, ${say(of.parameter)}: ${say("live_curve_table")}`}>
          {of.thinned && <p>{say("live_curve_thinned")}</p>}
          <table>
            <thead><tr><th scope="col">{say("time")}</th><th scope="col">{say(of.parameter)}</th></tr></thead>
            <tbody>{rows(of, ROWS).map((place) => <tr key={of.at[place]}><td>{clock(of.at[place]!, of.now)}</td><td>{said(of, place)}</td></tr>)}</tbody>
          </table>
          {of.marks.length > 0 && <ul>{of.marks.map((mark) => <li key={mark.name}>{mark.name}: {amount(mark.value, of.unit)}</li>)}</ul>}
        </div>
      )}
    </details>
  );
}

export function Hydrograph({ one, at }: { one: Station; at: string | null }): JSX.Element {
  const id = `curve-${one.station}-${one.parameter}`;
  const span = seen(ahead.value);
  const loaded = useReadings(one, span, at);
  const drawn = typeof loaded === "object" && loaded !== null ? drawnOf(loaded) : null;
  const end = drawn?.columns[0].at(-1) ?? 0;
  useEffect(() => {
    ends.value = { ...ends.value, [id]: end };
    return () => {
      const { [id]: _, ...others } = ends.value;
      ends.value = others;
    };
  }, [end]);
  return (
    <section class="curve" aria-labelledby={id}>
      <h3 id={id}>{one.name} <small>{say(one.parameter)}</small> {drawn && <Pointed of={drawn.readings} />}</h3>
      {loaded === null && <p>{say("live_loading")}</p>}
      {loaded === "failed" && <p class="alarm">{say("live_curve_failed")}</p>}
      {drawn && <Plot drawn={drawn} span={span} />}
      {drawn && <Sentence one={one} loaded={loaded as Loaded} />}
      {drawn && <Table of={drawn.readings} />}
    </section>
  );
}

function drawnOf({ readings: of, outlook: coming }: Loaded): Drawn {
  const found = columns(of, coming);
  const highest = Math.max(...found.slice(1).flat().map((one) => one ?? -Infinity));
  return { readings: of, columns: found, flagged: flagged(of), marks: marks(of, highest), now: nowS.value };
}
