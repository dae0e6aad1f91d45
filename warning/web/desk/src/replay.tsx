// The controls of a past moment, and the words that nobody can overlook while one is shown.
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { atMs, away, back, close, field, go, LARGE_MS, nowMs, open, SHOWN_MS, SMALL_MS, step, written } from "./past";
import { past, then } from "./state";
import { clock, say } from "./words";

effect(() => {
  document.body.dataset.past = past.value === null ? "no" : "yes";
});

export function Replay(): JSX.Element | null {
  if (!open.value) return null;
  const at = past.value;
  const now = nowMs();
  const said = at === null ? say("live_past_now") : say("past_banner", { time: clock(at, null) });
  const button = (text: JSX.Element | string, act: () => void): JSX.Element => <button type="button" class="second" onClick={act}>{text}</button>;
  return (
    <section class="replay" id="replay" aria-labelledby="replay-said">
      <p class="said-past" id="replay-said" role="status"><strong>{said}</strong></p>
      <div class="controls">
        {button(<>−1 h <kbd>{"{"}</kbd></>, () => step(-LARGE_MS))}
        {button(<>−5 min <kbd>[</kbd></>, () => step(-SMALL_MS))}
        <input
          type="range" id="moment" min={now - SHOWN_MS} max={now} step={SMALL_MS} value={Math.max(atMs(), now - SHOWN_MS)}
          aria-label={say("live_past_slider")} aria-valuetext={said} onInput={(event) => go(Number(event.currentTarget.value))}
        />
        {button(<>+5 min <kbd>]</kbd></>, () => step(SMALL_MS))}
        {button(<>+1 h <kbd>{"}"}</kbd></>, () => step(LARGE_MS))}
        <label for="moment-at">{say("live_past_at")}</label>
        <input type="datetime-local" id="moment-at" value={field(atMs())} max={field(now)} onChange={(event) => go(written(event.currentTarget.value))} />
        {at !== null && <button type="button" id="to-now" onClick={back}>{say("live_past_back")} <kbd>Esc</kbd></button>}
        {at === null && button(say("live_close"), close)}
      </div>
      {at !== null && <p><small>{say("past_note")} {say("live_past_note")}</small></p>}
      {at !== null && then.value === null && <p class={away.value ? "alarm" : ""}>{say(away.value ? "live_past_away" : "live_loading")}</p>}
    </section>
  );
}
