// Always in sight: whether the system can be relied on, the alarm, and everything that makes what is shown doubtful.
import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";
import { may } from "./act";
import { given } from "./given";
import { ask, asking } from "./asking";
import { deaf } from "./deaf";
import { helping } from "./keys";
import * as replay from "./past";
import * as sound from "./sound";
import { asOfText, connection, frozen, latest, missed, past, replaced, skewS, togglePause } from "./state";
import { Details, System } from "./system";
import { toggle as toggleWall, wall } from "./wall";
import { bare, clock, person, say } from "./words";

const MOST_SKEW_S = 60;
const LOGIN = "/desk/login?next=/desk/live";
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

const ENDS_MIN = [5, 15, 30]; // steps in which the end of a login is told

/** Within how many minutes the login ends; 0 where that is far off. */
const ending = computed(() => {
  const until = latest.value?.person.login_until ?? null;
  if (until === null || connection.value === "logged-out") return 0;
  const left = Date.parse(until) - (second.value - skewS.value * 1000);
  return ENDS_MIN.find((minutes) => left <= minutes * 60_000) ?? 0;
});

/** Why what is shown may not be so. What counts up stands beside what is read aloud: it would be read again and again. */
function Doubts(): JSX.Element {
  const board = latest.value;
  const paused = frozen.value;
  const skewed = Math.abs(skewS.value) > MOST_SKEW_S;
  return (
    <div class="doubts">
      <div role="status">
        {!given.official && <p class="alarm">{say("no_issuer")}</p>}
        {board?.stalled_since && <p class="alarm">{say("live_stalled", { time: clock(board.stalled_since, board.now) })}</p>}
        {board?.system.history_away && <p class="alarm">{say("live_history_away")}</p>}
        {!sound.wanted.value && <p class="alarm" id="silent">{say("live_sound_is_off")}</p>}
        {deaf.value && (sound.leads.value || sound.elsewhere.value) && <p class="alarm" id="deaf">{say("live_deaf")}</p>}
        {ending.value > 0 && <p class="alarm" id="ending">{say("live_login_ends", { minutes: ending.value })} <a href={LOGIN}>{say("live_log_in_anew")}</a></p>}
        {skewed && <p class="alarm">{say("live_clock_off")}</p>}
        {paused && <p class="alarm" id="paused">{say("live_paused", { time: paused.now === null ? "–" : bare(new Date(paused.now)) })}</p>}
      </div>
      {paused && missed.value > 0 && <p id="missed">{say("live_paused_new", { count: missed.value })}</p>}
      {skewed && <p id="skew">{say("live_clock_off_by", { seconds: Math.abs(skewS.value) })}</p>}
      {board?.system.attacks.map((one) => <p key={one.person} class="alarm">{say("account_attacked", { who: person(one.person), count: one.tries })}</p>)}
    </div>
  );
}

/** Whether a dialog is open, beside which nothing else is heard or lit. */
export const modal = computed(() => helping.value || asking.value !== null);

/** Stale calm is the worst failure: it cannot be overlooked, and what is shown stays legible. */
export function Stale(): JSX.Element | null {
  const state = connection.value;
  if (state === "live" && !replaced.value) return null;
  return (
    <div class="stale" id="stale" role="alert">
      {state === "live" ? (
        <p><strong>{say("live_replaced", { who: person(latest.value!.person.id) })}</strong> <button type="button" id="reload" onClick={() => location.reload()}>{say("live_reload")}</button></p>
      ) : state === "logged-out" ? (
        <p><strong>{say("live_logged_out")}</strong> <a href={LOGIN}>{say("live_log_in")}</a></p>
      ) : (
        <p><strong>{say(state === "lost" ? "live_lost" : "live_unreadable", { time: asOfText() })}</strong> {say("live_lost_why")}</p>
      )}
    </div>
  );
}
