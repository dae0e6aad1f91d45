// Always in sight: whether the system can be relied on, the alarm, and everything that makes what is shown doubtful.
import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { may } from "./act";
import { Badge } from "./badge";
import { given } from "./given";
import { ask } from "./asking";
import { detailed, helping } from "./keys";
import * as replay from "./past";
import * as sound from "./sound";
import { asOfText, connection, frozen, latest, missed, past, skewS, togglePause } from "./state";
import { toggle as toggleWall, wall } from "./wall";
import { age, bare, clock, person, say, taking } from "./words";

const MOST_SKEW_S = 60;
const MOST_NAMED = 2; // parts that are disturbed; of more the number is said
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
  const named = bad.length > MOST_NAMED ? say("live_parts_bad", { count: bad.length }) : say("live_channels_bad", { channels: bad.map((part) => say(part.name)).join(", ") });
  return <Badge shade="unknown">{named}</Badge>;
}

function Channels(): JSX.Element {
  const bad = (latest.value?.system.channels ?? []).filter((one) => !one.ok);
  if (bad.length === 0) return <Badge shade="good">{say("health_ok")}</Badge>;
  return <Badge shade="unknown">{say("live_channels_bad", { channels: bad.map((one) => one.channel).join(", ") })}</Badge>;
}

function Count({ of }: { of: number | null }): JSX.Element {
  return of === null ? <Badge shade="unknown">{say("live_unknown")}</Badge> : <>{of}</>;
}

/** In one line whether the system can be relied on; why not stands behind it. */
function System(): JSX.Element | null {
  const board = latest.value;
  if (board === null) return null;
  const { system } = board;
  return (
    <div class="health">
      <dl class="system">
        <Fact name={say("live_system")}><Parts /></Fact>
        <Fact name={say("live_heard")}>{say("live_heard_of", { heard: system.heard, all: system.series })}</Fact>
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
function Details(): JSX.Element | null {
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

function SoundControls(): JSX.Element {
  const blocked = sound.wanted.value && sound.sound.value === "blocked";
  const elsewhere = sound.wanted.value && sound.sound.value === "running" && !sound.leads.value;
  return (
    <>
      {sound.sound.value === "none" && <span class="hint">{say("live_sound_none")}</span>}
      {blocked && <span class="hint" id="blocked">{say("live_sound_blocked")}</span>}
      {elsewhere && <span class="hint quiet-hint" id="elsewhere">{say("live_sound_elsewhere")}</span>}
      <button type="button" class={`second ${sound.wanted.value ? "" : "off"}`} id="sound" onClick={sound.toggle}>
        {say(sound.wanted.value ? "live_sound_on" : "live_sound_off")}
      </button>
      <button type="button" class="second" onClick={sound.test}>{say("live_sound_test")}</button>
    </>
  );
}

/** What is seldom wanted. */
function Rest(): JSX.Element {
  return (
    <details class="rest">
      <summary>{say("live_rest")}</summary>
      <div>
        <button type="button" class="second" id="wall" aria-pressed={wall.value} onClick={toggleWall}>{say("live_wall")}</button>
        <a href="/desk?plain=1">{say("live_plain")}</a>
        <a href="/desk/reports">{say("reports_heading")}</a>
        <a href="/desk/account">{say("account_heading")}</a>
        <form method="post" action="/desk/logout">
          <input type="hidden" name="form" value={given.form.value} />
          <button class="second">{say("logout", { who: given.person })}</button>
        </form>
      </div>
    </details>
  );
}

export function Top(): JSX.Element {
  const count = (latest.value?.rows ?? []).filter((row) => row.unseen).length;
  const button = (id: string, text: string, key: string, act: () => void, more: object = {}): JSX.Element => (
    <button type="button" class="second" id={id} onClick={act} {...more}>{say(text)} <kbd>{key}</kbd></button>
  );
  return (
    <header class="top">
      <div class={`bar ${sound.wanted.value && sound.sound.value === "blocked" ? "blocked" : ""}`}>
        <h1>{say("live_heading")} <small>{given.city}</small></h1>
        <p class="clock"><span class="quiet">{say("live_clock")} </span><Clock /></p>
        <p class={`count ${count ? "waits" : ""}`}>{say("live_unseen_count", { count })}</p>
        <div class="controls">
          <SoundControls />
          {button("pause", frozen.value === null ? "live_pause" : "live_resume", "p", togglePause)}
          {button("past", "live_past", "[", () => (replay.open.value ? replay.close() : (replay.open.value = true)), { "aria-expanded": replay.open.value })}
          {past.value === null && may("note") && button("say", "live_ask_open", "w", () => ask(""), { "aria-haspopup": "dialog" })}
          {button("help-open", "live_help_open", "?", () => (helping.value = true), { "aria-haspopup": "dialog" })}
          <Rest />
        </div>
      </div>
      <System />
      <Details />
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
      {board?.system.attacks.map((one) => <p key={one.person} class="alarm">{say("account_attacked", { who: person(one.person), count: one.tries })}</p>)}
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
