// Whom the last revision that went to people has reached, as the channels say it; what came after it is named.
import type { JSX } from "preact";
import type { Reached, Row } from "./api";
import { clock, person, say } from "./words";

const COUNTED = ["queued", "accepted", "delivered", "failed", "unknown", "expired", "superseded", "reserve"] as const;

export const good = (one: Reached): number => one.accepted + one.delivered;
export const all = (one: Reached): number => good(one) + one.queued + one.failed + one.unknown + one.expired;

export function Delivery({ row, now }: { row: Row; now: string | null }): JSX.Element | null {
  if (row.revision === 0 || row.state === "CLOSED") return null; // of what is closed nothing is read
  const told = row.reached[0]?.revision ?? 0;
  const sum = { good: 0, all: 0 };
  for (const one of row.reached) {
    sum.good += good(one);
    sum.all += all(one);
  }
  return (
    <section class="delivery">
      <h3 id="delivery">{say("live_delivery", { number: told || row.revision })}</h3>
      {told < row.revision && <p>{say("live_delivery_nobody", { number: row.revision })}</p>}
      {told > 0 && (
        <>
          <p><progress value={sum.good} max={Math.max(1, sum.all)} aria-labelledby="delivery" /> {say("live_delivery_sum", sum)}</p>
          <div class="wide" tabIndex={0} role="region" aria-labelledby="delivery">
            <table>
              <thead><tr><th scope="col">{say("channel")}</th>{COUNTED.map((name) => <th key={name} scope="col">{say(`reach_${name}`)}</th>)}</tr></thead>
              <tbody>
                {row.reached.map((one) => (
                  <tr key={`${one.channel} ${one.zone}`} class={one.failed ? "bad" : ""}>
                    <th scope="row">{one.channel}</th>
                    {COUNTED.map((name) => <td key={name} class={one[name] ? "" : "none"}>{one[name]}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {row.unreached.length > 0 && (
        <>
          <p class="alarm">{say("desk_unreached")}:</p>
          <ul>{row.unreached.map((one) => <li key={one.person}>{person(one.person)}: {one.reason}, {clock(one.at, now)} – {one.why}</li>)}</ul>
        </>
      )}
    </section>
  );
}
