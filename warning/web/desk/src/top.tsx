// Always in sight: whether the system can be relied on, the alarm, and everything that makes what is shown doubtful.
import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { Badge } from "./badge";
import { given } from "./given";
import { helping } from "./keys";
import * as replay from "./past";
import * as sound from "./sound";
import { asOfText, connection, frozen, latest, missed, skewS, togglePause } from "./state";
import { age, bare, clock, say } from "./words";

const MOST_SKEW_S = 60;
const second = signal(Date.now());
setInterval(() => (second.value = Date.now()), 1000);

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Clock(): JSX.Element {
  const board = latest.value;
  if (board?.now == null) return <>{say("live_clock_none")}</>;
  if (board.system.lives_by === "ticks" || connection.value !== "live") return <>{bare(new Date(board.now), true)}</>;
  return <>{bare(new Date(second.value - skewS.value * 1000), true)}</>;
}

function Quiet(): JSX.Element {
  const quiet = latest.value?.system.quiet ?? [];
  const [first, ...more] = quiet;
  if (first === undefined) return <Badge shade="good">{say("live_quiet_none")}</Badge>;
  const since = first.since === null ? say("never") : age(first.since, latest.value!.now);
  return (
    <>
      <Badge shade="unknown">{`${first.name} (${say(first.parameter)})`}</Badge> {since}
      {more.length > 0 && <>, {say("live_quiet_more", { count: more.length })}</>}
    </>
  );
}

function Channels(): JSX.Element {
  const bad = (latest.value?.system.channels ?? []).filter((one) => !one.ok);
  if (bad.length === 0) return <Badge shade="good">{say("health_ok")}</Badge>;
  return <Badge shade="unknown">{say("live_channels_bad", { channels: bad.map((one) => one.channel).join(", ") })}</Badge>;
}

function Count({ of }: { of: number | null }): JSX.Element {
  return of === null ? <Badge shade="unknown">{say("live_unknown")}</Badge> : <>{of}</>;
}

function System(): JSX.Element | null {
  const board = latest.value;
  if (board === null) return null;
  const { system } = board;
  return (
    <dl class="system">
      <Fact name={say("live_clock")}><span class="clock"><Clock /></span></Fact>
      <Fact name={say("live_heard")}>{say("live_heard_of", { heard: system.heard, all: system.series })}</Fact>
      <Fact name={say("live_quiet")}><Quiet /></Fact>
      <Fact name={say("live_system")}>
        {system.parts.map((part) => (
          <span key={part.name} class="part">
            <Badge shade={part.ok ? "good" : "unknown"}>{part.ok ? say(part.name) : `${say(part.name)}: ${say("health_bad")}`}</Badge>
            {!part.ok && part.text && <> {part.text}</>}
          </span>
        ))}
      </Fact>
      <Fact name={say("live_channels_good")}><Channels /></Fact>
      <Fact name={say("live_lag")}><Count of={system.lag} /></Fact>
      <Fact name={say("live_backlog")}><Count of={system.backlog} /></Fact>
    </dl>
  );
}

function SoundControls(): JSX.Element {
  const blocked = sound.wanted.value && sound.sound.value === "blocked";
  return (
    <>
      {sound.sound.value === "none" && <span class="hint">{say("live_sound_none")}</span>}
      {blocked && <span class="hint" id="blocked">{say("live_sound_blocked")}</span>}
      <button type="button" class={`second ${sound.wanted.value ? "" : "off"}`} id="sound" onClick={sound.toggle}>
        {say(sound.wanted.value ? "live_sound_on" : "live_sound_off")}
      </button>
      <button type="button" class="second" onClick={sound.test}>{say("live_sound_test")}</button>
    </>
  );
}

export function Top(): JSX.Element {
  const count = (latest.value?.rows ?? []).filter((row) => row.unseen).length;
  return (
    <header class="top">
      <div class="bar">
        <h1>{say("live_heading")} <small>{given.city}</small></h1>
        <p class={`count ${count ? "waits" : ""}`}>{say("live_unseen_count", { count })}</p>
        <div class="controls">
          <SoundControls />
          <button type="button" class="second" id="pause" onClick={togglePause}>
            {say(frozen.value === null ? "live_pause" : "live_resume")}
          </button>
          <button type="button" class="second" id="past" aria-expanded={replay.open.value} onClick={() => (replay.open.value ? replay.close() : (replay.open.value = true))}>
            {say("live_past")}
          </button>
          <button type="button" class="second" onClick={() => (helping.value = true)}>{say("live_help_open")}</button>
          <a href="/desk?plain=1">{say("live_plain")}</a>
          <form method="post" action="/desk/logout">
            <input type="hidden" name="form" value={given.form.value} />
            <button class="second">{say("logout", { who: given.person })}</button>
          </form>
        </div>
      </div>
      <System />
      <Doubts />
    </header>
  );
}

/** Why what is shown may not be so. */
function Doubts(): JSX.Element {
  const board = latest.value;
  const paused = frozen.value;
  return (
    <div class="doubts" role="status">
      {!given.official && <p class="alarm">{say("no_issuer")}</p>}
      {board?.stalled_since && <p class="alarm">{say("live_stalled", { time: clock(board.stalled_since, board.now) })}</p>}
      {board?.system.history_away && <p class="alarm">{say("live_history_away")}</p>}
      {Math.abs(skewS.value) > MOST_SKEW_S && <p class="alarm">{say("live_clock_off", { seconds: Math.abs(skewS.value) })}</p>}
      {paused && (
        <p class="alarm" id="paused">
          {say("live_paused", { time: paused.now === null ? "–" : bare(new Date(paused.now)) })}
          {missed.value > 0 && <> {say("live_paused_new", { count: missed.value })}</>}
        </p>
      )}
    </div>
  );
}

/** Stale calm is the worst failure: it cannot be overlooked, and what is shown stays legible. */
export function Stale(): JSX.Element | null {
  const state = connection.value;
  if (state === "live") return null;
  return (
    <div class="stale" id="stale" role="alert">
      {state === "logged-out" ? (
        <p><strong>{say("live_logged_out")}</strong> <a href="/desk/login?next=/desk/live">{say("live_log_in")}</a></p>
      ) : (
        <p><strong>{say(state === "lost" ? "live_lost" : "live_unreadable", { time: asOfText() })}</strong> {say("live_lost_why")}</p>
      )}
    </div>
  );
}
