// What every kind of channel would be given, and what is new in it.
import { effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { Answered, texts as read, type Row, type Texts } from "./api";
import { given } from "./given";
import { row } from "./state";
import { say } from "./words";

const shownFor = signal(""); // the warning whose texts are open
const found = signal<Texts | null>(null);
const language = signal(given.language);
const away = signal("");

export function showTexts(warning: string): void {
  shownFor.value = warning;
  requestAnimationFrame(() => document.getElementById("texts")?.focus());
}

/** Read anew whenever the draft or the revision becomes another one. */
let last = "";
effect(() => {
  const one = row.value;
  const wanted = one !== null && shownFor.value === one.warning ? `${one.warning} ${one.revision} ${one.draft?.fingerprint ?? ""}` : "";
  if (wanted === last) return;
  last = wanted;
  found.value = null;
  if (one === null || wanted === "") return;
  read(one.warning).then(
    (texts) => { if (wanted === last) { found.value = texts; away.value = ""; } },
    (error: unknown) => { last = ""; away.value = error instanceof Answered ? error.message : say("live_texts_away"); },
  );
});

type Form = Texts["texts"][number]["forms"][number];

function Changed({ form }: { form: Form }): JSX.Element {
  if (form.changes.length === 0) return <>{form.title && <strong>{`${form.title}\n`}</strong>}{form.text}</>;
  return (
    <>
      {form.changes.map((one, place) => {
        if (one.kind === "same") return one.text;
        const Mark = one.kind === "added" ? "ins" : "del";
        return <Mark key={place}><span class="quiet">{say(`live_${one.kind}`)}: </span>{one.text}</Mark>;
      })}
    </>
  );
}

function FormText({ form, spoken }: { form: Form; spoken: string }): JSX.Element {
  return (
    <article class={`form ${form.fits ? "" : "unfit"}`}>
      <h4>
        {say(`live_form_${form.kind}`)}
        <small>{form.sizes.map((one) => say("live_length", { length: one.length, limit: one.limit, unit: say(`live_unit_${one.unit}`) })).join("; ")}</small>
        {!form.fits && <strong> {say("live_too_long")}</strong>}
      </h4>
      <p class="said" lang={spoken.split("-")[0]} dir={spoken === "ar" ? "rtl" : "ltr"}><Changed form={form} /></p>
    </article>
  );
}

function Compared({ one, texts }: { one: Row; texts: Texts }): JSX.Element {
  if (texts.draft === "") return <p>{say("live_texts_sent", { number: texts.revision })}</p>;
  return <p>{one.revision ? say("live_texts_since", { number: one.revision }) : say("live_texts_first")}</p>;
}

export function TextsOf({ one }: { one: Row }): JSX.Element {
  const texts = found.value;
  const open = shownFor.value === one.warning;
  const mine = texts?.texts.find((each) => each.language === language.value) ?? texts?.texts[0];
  return (
    <section aria-labelledby="texts" class="texts">
      <h3 id="texts" tabIndex={-1}>{say("live_texts")}</h3>
      {!open && <p><button type="button" class="second" onClick={() => showTexts(one.warning)}>{say("live_texts_show")} <kbd>t</kbd></button></p>}
      {open && away.value && <p class="alarm">{away.value}</p>}
      {open && texts?.problem && <p class="alarm">{say("live_texts_none", { why: texts.problem })}</p>}
      {open && texts && mine && (
        <>
          <Compared one={one} texts={texts} />
          <p>
            <label for="spoken">{say("live_texts_language")} </label>
            <select id="spoken" value={mine.language} onChange={(event) => (language.value = event.currentTarget.value)}>
              {texts.texts.map((each) => <option key={each.language} value={each.language}>{given.languages[each.language] ?? each.language}</option>)}
            </select>
          </p>
          {mine.findings.map((each) => <p key={each} class="alarm">{each}</p>)}
          <div class="forms">{mine.forms.map((form) => <FormText key={form.kind} form={form} spoken={mine.language} />)}</div>
        </>
      )}
    </section>
  );
}
