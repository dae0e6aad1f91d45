// Whether the system can be relied on: in one line, and in detail.
import type { ComponentChildren, JSX } from "preact";
import type { Part } from "./api";
import { Badge } from "./badge";
import { detailed } from "./keys";
import { latest } from "./state";
import { age, say, taking } from "./words";

const MOST_NAMED = 2; // parts that are disturbed; of more the number is said
const SENSORS = "broker"; // without it nothing is measured: it is named however much else is disturbed

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Quiet(): JSX.Element {
  if (latest.value!.system.history_away) return <Unknown />;
  const { quiet } = latest.value!.system;
  const [first, ...more] = quiet;
  if (first === undefined) return <Badge shade="good">{say("live_quiet_none")}</Badge>;
  const { now } = latest.value!;
  const since = first.since === null || now === null ? say("never") : taking((Date.parse(now) - Date.parse(first.since)) / 60_000);
  return (
    <>
      <Badge shade="unknown">{`${first.name} (${say(first.parameter)})`}</Badge> {since}
      {more.length > 0 && <>, {say("live_quiet_more", { count: more.length })}</>}
    </>
  );
}

function Parts(): JSX.Element {
  const bad = (latest.value?.system.parts ?? []).filter((part) => !part.ok);
  if (bad.length === 0) return <Badge shade="good">{say("health_ok")}</Badge>;
  if (bad.length <= MOST_NAMED) return <Badge shade="unknown">{named(bad)}</Badge>;
  if (!bad.some((part) => part.name === SENSORS)) return <Badge shade="unknown">{say("live_parts_bad", { count: bad.length })}</Badge>;
  return <><Badge shade="unknown">{say("live_intake_bad", { count: bad.length - 1 })}</Badge><span class="quiet"> {say("health_bad")}</span></>;
}

const named = (parts: Part[]): string => say("live_channels_bad", { channels: parts.map((part) => say(part.name)).join(", ") });

/** What dispatch last said of a way counts as long as it goes on saying it. */
function Channels(): JSX.Element {
  const { channels, parts } = latest.value!.system;
  const bad = channels.filter((one) => !one.ok);
  const told = channels.length > 0 && parts.some((part) => part.name === "ledger" && part.ok);
  if (bad.length === 0 && !told) return <Unknown />;
  if (bad.length === 0) return <Badge shade="good">{say("health_ok")}</Badge>;
  return <Badge shade="unknown">{say("live_channels_bad", { channels: bad.map((one) => one.channel).join(", ") })}</Badge>;
}

function Unknown(): JSX.Element {
  return <Badge shade="unknown">{say("live_unknown")}</Badge>;
}

function Count({ of }: { of: number | null }): JSX.Element {
  return of === null ? <Unknown /> : <>{of}</>;
}

/** In one line whether the system can be relied on; why not stands behind it. */
export function System(): JSX.Element | null {
  const board = latest.value;
  if (board === null) return null;
  const { system } = board;
  return (
    <div class="health">
      <dl class="system">
        <Fact name={say("live_system")}><Parts /></Fact>
        <Fact name={say("live_heard")}>{system.history_away ? <Unknown /> : say("live_heard_of", { heard: system.heard, all: system.series })}</Fact>
        <Fact name={say("live_quiet")}><Quiet /></Fact>
        <Fact name={say("live_channels_good")}><Channels /></Fact>
        <Fact name={say("live_lag")}><Count of={system.lag} /></Fact>
        <Fact name={say("live_backlog")}><Count of={system.backlog} /></Fact>
      </dl>
      <button type="button" class="second small" id="more" aria-expanded={detailed.value} aria-controls="details" onClick={() => (detailed.value = !detailed.value)}>
        {say("live_details")} <kbd>i</kbd>
      </button>
    </div>
  );
}

/** Every part, every channel and every silent series with what is known of it. */
export function Details(): JSX.Element | null {
  const board = latest.value;
  if (board === null || !detailed.value) return null;
  const { parts, channels, quiet } = board.system;
  const since = (at: string | null): string => (at === null ? say("never") : age(at, board.now));
  return (
    <div class="details" id="details" role="region" aria-label={say("live_details")} tabIndex={-1}>
      <ul>{parts.map((part) => <li key={part.name}><Badge shade={part.ok ? "good" : "unknown"}>{part.ok ? say(part.name) : `${say(part.name)}: ${say("health_bad")}`}</Badge> {part.text}</li>)}</ul>
      <ul>{channels.map((one) => <li key={one.channel}><Badge shade={one.ok ? "good" : "unknown"}>{one.channel}</Badge> {one.reason}</li>)}</ul>
      <ul>{quiet.map((one) => <li key={`${one.name} ${one.parameter}`}>{one.name} ({say(one.parameter)}): {since(one.since)}</li>)}</ul>
    </div>
  );
}
