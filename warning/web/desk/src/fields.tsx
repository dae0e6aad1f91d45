// Fields of forms by their names, whichever command asks for them; nothing that is read back is filled in beforehand.
import type { ComponentChildren, JSX } from "preact";
import type { Preset } from "./asking";
import type { Row } from "./api";
import { given, type Field } from "./given";
import { latest } from "./state";
import { amount, bare, known, level, numbered, say, station, zone } from "./words";

const HOURS: Record<string, number[]> = {
  extend: [1, 2, 3, 6, 12], silence: [1, 2, 4, 8, 12, 24], "out-of-service": [1, 4, 12, 24, 72, 168], inform: [24, 6, 72, 168],
};
const LONG = new Set(["text"]);

type Options = [value: string, text: string][];

interface Place { form: string; field: Field; row: Row | null; preset: Preset }

/** What there is to choose from; null where something is written. */
function options({ form, field, row }: Place): Options | null {
  const board = latest.value;
  switch (field.name) {
    case "level": return given.levels.map((_, place) => [String(place + 1), numbered(place + 1)]);
    case "zone": return [...(form === "inform" ? [["everywhere", say("local_everywhere")] as [string, string]] : []), ...Object.entries(given.zones)];
    case "hazard": return Object.entries(given.hazards);
    case "station": return (board?.stations ?? []).map((one) => [`${one.station} ${one.parameter}`, `${one.name}, ${say(one.parameter)}`]);
    case "lasting": return (HOURS[form] ?? HOURS.silence!).map((hours) => [`${hours} h`, hours < 48 ? `${hours} h` : say("live_curves_days", { days: hours / 24 })]);
    case "to": return Object.entries(given.people);
    case "topic": return given.topics.map((one) => [one, say(`topic_${one}`)]);
    case "institution": return Object.entries(given.institutions);
    case "report": return (board?.words ?? []).filter((one) => one.action === "report").map((one) => [one.id, told(one)]);
    case "recipients": return row?.draft?.change === "all-clear" || form === "approve" ? null : [];
    default: return null;
  }
}

/** What somebody has told the rules, in one sentence. */
export function told(word: NonNullable<typeof latest.value>["words"][number]): string {
  if (word.station === null) return `${zone(word.zone ?? "")}: ${level(word.level ?? 0)} – ${word.reason}`;
  const about = `${station(word.station)}, ${say(word.parameter ?? "")}`;
  return `${about}${word.value === null ? "" : `: ${amount(word.value, word.unit)}`} – ${word.reason}`;
}

function label({ form, field }: Place): string {
  const own = `field_${form}_${field.name}`;
  if (known(own)) return say(own);
  if (field.name === "reason") return say(field.required ? "desk_reason" : "desk_reason_maybe");
  return say(`field_${field.name}`);
}

function One({ id, text, children, wide }: { id: string; text: string; children: ComponentChildren; wide?: boolean }): JSX.Element {
  return <p class={wide ? "wide-field" : ""}><label for={id}>{text}</label>{children}</p>;
}

/** One text in each language of the city; the first part of a name says which. */
function Languages({ form, parts, kept }: { form: string; parts: Field[]; kept: Record<string, Record<string, string>> }): JSX.Element {
  return (
    <>
      {given.spoken.map((language) => (
        <fieldset key={language} class="wide-field">
          <legend lang={language.split("-")[0]}>{given.languages[language]}</legend>
          {parts.map((part) => {
            const id = `${form}-${part.name}-${language}`;
            const about = { id, name: `${part.name} ${language}`, lang: language.split("-")[0]!, dir: language === "ar" ? ("rtl" as const) : ("ltr" as const), ...(part.most ? { maxLength: part.most } : {}) };
            const text = kept[language]?.[part.name] ?? "";
            return (
              <One key={id} id={id} text={say(`field_${part.name}`)}>
                {(part.most ?? 0) > 200 ? <textarea rows={2} {...about}>{text}</textarea> : <input {...about} defaultValue={text} autocomplete="off" />}
              </One>
            );
          })}
        </fieldset>
      ))}
    </>
  );
}

export function FieldOf(place: Place): JSX.Element | null {
  const { form, field, row, preset } = place;
  const id = `${form}-${field.name}`;
  if (field.name === "draft" || field.name === "parameter" || field.name === "place") return null;
  if (field.name === "words") return <Languages form={form} parts={given.wording} kept={row?.draft?.words ?? {}} />;
  if (field.name === "texts") return <Languages form={form} parts={[{ name: "topic_text", required: false, most: 500 }]} kept={{}} />;
  if (field.name === "alone") {
    const from = row?.draft?.alone_from ?? null;
    if (from === null || row!.draft!.approved_by.some((one) => one !== given.person)) return null;
    return <p class="tick wide-field"><input type="checkbox" id={id} name="alone" value="true" /> <label for={id}>{say("field_alone", { time: bare(new Date(from), true) })}</label></p>;
  }
  const found = options(place);
  const about = { id, name: field.name, required: field.required, ...(field.most ? { maxLength: field.most } : {}) };
  if (found === null) {
    if (LONG.has(field.name)) return <One id={id} text={label(place)} wide><textarea rows={2} {...about} /></One>;
    const kind = field.name === "recipients" ? { inputMode: "numeric" as const, pattern: "[0-9]+", required: true } : field.name === "second_token" ? { type: "password" } : {};
    return <One id={id} text={label(place)} wide={field.name === "reason" || field.name === "second_token"}><input {...about} {...kind} autocomplete="off" /></One>;
  }
  if (found.length === 0) return null;
  const chosen = preset[field.name === "station" ? "series" : (field.name as keyof Preset)] ?? "";
  return (
    <One id={id} text={label(place)}>
      <select id={id} name={field.name} required={field.required}>
        {field.name !== "lasting" && <option value="" />}
        {found.map(([value, text]) => <option key={value} value={value} selected={value === chosen}>{text}</option>)}
      </select>
    </One>
  );
}

/** Where a filled form is sent, and what is said there. */
export function request(name: string, form: HTMLFormElement, row: Row | null): { path: string; body: object } {
  const { path, says, fields } = given.forms[name]!;
  const data = new FormData(form);
  const of = (field: string): string => String(data.get(field) ?? "").trim();
  const body: Record<string, unknown> = { ...says };
  for (const { name: field } of fields) {
    if (field === "draft") Object.assign(body, read(name, row));
    else if (field === "words") body.words = languages(data, given.wording.map((part) => part.name));
    else if (field === "texts") body.texts = Object.fromEntries(Object.entries(languages(data, ["topic_text"])).map(([language, one]) => [language, one.topic_text]));
    else if (field === "station") [body.station, body.parameter] = of(field).split(" ");
    else if (field === "alone") body.alone = of(field) === "true";
    else if (of(field) === "") continue;
    else if (field === "level" || field === "recipients") body[field] = Number(of(field));
    else if (field === "value") body.value = decimal(of(field));
    else body[field] = of(field);
  }
  if (name === "withdraw") body.place = placeOf(of("report"));
  const about = path.startsWith("zones/") ? of("zone") : (row?.warning ?? "");
  if (path.startsWith("zones/")) delete body.zone;
  return { path: path.replace("{about}", encodeURIComponent(about)), body };
}

/** With the dot that the server reads; in English a comma parts thousands, and stays to be refused. */
function decimal(text: string): string {
  return given.language.startsWith("en") ? text : text.replace(/(\d),(\d)/, "$1.$2");
}

/** The draft that was read, so that no other one is decided. */
function read(name: string, row: Row | null): object {
  const draft = row?.draft;
  if (name === "approve") return { draft: draft?.fingerprint || "-" };
  const about = name === "reject" || (name === "clear" && draft?.change === "all-clear");
  return draft?.fingerprint && about ? { draft: draft.fingerprint } : {};
}

function placeOf(report: string): string {
  const word = latest.value?.words.find((one) => one.id === report);
  return word?.station ?? word?.zone ?? "";
}

function languages(data: FormData, parts: string[]): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const language of given.spoken) {
    const texts = parts.map((part) => [part, String(data.get(`${part} ${language}`) ?? "").trim()] as const).filter(([, text]) => text);
    if (texts.length > 0) found[language] = Object.fromEntries(texts);
  }
  return found;
}

/** Who is asked of a form: fields that the way to it needs stand before those of the command. */
export function fieldsOf(name: string): Field[] {
  const { path, fields } = given.forms[name]!;
  return path.startsWith("zones/") ? [{ name: "zone", required: true, most: null }, ...fields] : fields;
}

