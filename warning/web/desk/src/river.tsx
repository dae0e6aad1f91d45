// The river as it flows: stations from the source to the mouth, with level, trend, and when the water comes to the next one.
import type { JSX } from "preact";
import type { Below, Station } from "./api";
import { Badge } from "./badge";
import { Beyond } from "./onwall";
import { shown } from "./state";
import { age, amount, clock, say, station, steady, taking, trend, word } from "./words";

const SHORT = 8; // more of them than these would push what stands below out of sight

function standing(one: Station): string {
  if (one.shade === "unknown") return say("silent");
  const band = Number(one.shade);
  return band >= 1 && band <= 3 ? word(band) : band === 4 ? "> 3" : say("calm_measured");
}

function Arrow({ rate }: { rate: number | null }): JSX.Element | null {
  if (rate === null) return null;
  return <span aria-hidden="true">{steady(rate) ? "→" : rate > 0 ? "↗" : "↘"} </span>;
}

/** Where its water comes to next, how long that takes, and when it is there. */
function Next({ below, now }: { below: Below; now: string | null }): JSX.Element | null {
  if (below.travel_minutes === null) return null;
  const text = say("flows_to", { name: station(below.station), time: taking(below.travel_minutes) });
  return (
    <span class="next">
      <span aria-hidden="true">↓ </span>{text}
      {below.expected_at !== null && <> – <strong>{say("expected", { time: clock(below.expected_at, now) })}</strong></>}
    </span>
  );
}

function Gauge({ one, now }: { one: Station; now: string | null }): JSX.Element {
  return (
    <li class={one.fresh ? "" : "blind"}>
      <span class="place">{one.name} {one.river_km !== null && <small>{say("live_km", { km: one.river_km })}</small>}</span>
      <span class="n">{amount(one.value, one.unit)}</span>
      <span class="course">
        {one.shade !== "plain" && <Badge shade={one.shade}>{standing(one)}</Badge>}{" "}
        {one.parameter === "stage" ? one.fresh && <span><Arrow rate={one.rise_cm_per_h} />{trend(one.rise_cm_per_h)}</span> : say(one.parameter)}
      </span>
      <small>{age(one.at, now)}</small>
      {one.below && <Next below={one.below} now={now} />}
    </li>
  );
}

export function River(): JSX.Element {
  const board = shown.value;
  const stations = board?.stations ?? [];
  const flowing = stations.filter((one) => one.main && one.river !== null);
  const others = stations.filter((one) => !flowing.includes(one));
  const rivers = [...new Set(flowing.map((one) => one.river!))];
  return (
    <section class="panel river" aria-labelledby="river">
      <h2 id="river">{say("live_river")} <small>{say("live_river_flow")}</small></h2>
      {rivers.map((river) => (
        <div key={river}>
          <h3>{river}</h3>
          <ol class="strip">
            {flowing.filter((one) => one.river === river).map((one) => <Gauge key={one.station} one={one} now={board!.now} />)}
          </ol>
        </div>
      ))}
      {others.length > 0 && (
        <details open={others.length <= SHORT}>
          <summary>{say("live_other_gauges")} ({others.length})</summary>
          <ul class="strip loose">{others.map((one) => <Gauge key={`${one.station} ${one.parameter}`} one={one} now={board!.now} />)}</ul>
        </details>
      )}
      <Beyond />
    </section>
  );
}
