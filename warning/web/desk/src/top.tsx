// Always in sight: whether the system can be relied on, the alarm, and everything that makes what is shown doubtful.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { may } from "./act";
import { given } from "./given";
import { ask } from "./asking";
import { helping } from "./keys";
import * as replay from "./past";
import * as sound from "./sound";
import { asOfText, connection, frozen, latest, missed, past, skewS, togglePause } from "./state";
import { Details, System } from "./system";
import { toggle as toggleWall, wall } from "./wall";
import { bare, clock, person, say } from "./words";

const MOST_SKEW_S = 60;
const second = signal(Date.now());
setInterval(() => (second.value = Date.now()), 1000);

function Clock(): JSX.Element {
  const board = latest.value;
  if (board?.now == null) return <>{say("live_clock_none")}</>;
  if (board.system.lives_by === "ticks" || connection.value !== "live") return <>{bare(new Date(board.now), true)}</>;
  return <>{bare(new Date(second.value - skewS.value * 1000), true)}</>;
}

function SoundControls(): JSX.Element {
  const blocked = sound.wanted.value && sound.sound.value === "blocked";
  return (
    <>
      {sound.sound.value === "none" && <span class="hint">{say("live_sound_none")}</span>}
      {blocked && <span class="hint" id="blocked">{say("live_sound_blocked")}</span>}
      {sound.elsewhere.value && <span class="hint quiet-hint" id="elsewhere">{say("live_sound_elsewhere")}</span>}
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
