// The keyboard's help, on "?".
import { useEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { helping, LISTED, single, toggleSingle } from "./keys";
import { Within } from "./spoken";
import { say } from "./words";

export function Help(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = helping.value;
  useEffect(() => {
    if (wanted && !dialog.current!.open) dialog.current!.showModal();
    if (!wanted && dialog.current!.open) dialog.current!.close();
  }, [wanted]);
  return (
    <dialog ref={dialog} aria-labelledby="help" onCancel={() => (helping.value = false)}>
      <h2 id="help">{say("live_help")}</h2>
      <dl class="keys">
        {LISTED.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{say(text)}</dd></div>)}
      </dl>
      <p>{say("live_help_fields")}</p>
      <p class="tick">
        <input type="checkbox" id="single" checked={single.value} onChange={toggleSingle} />
        <label for="single">{say("live_help_on")}</label>
      </p>
      <p><button type="button" onClick={() => (helping.value = false)}>{say("live_close")}</button></p>
      {wanted && <Within />}
    </dialog>
  );
}
