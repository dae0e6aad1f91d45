// What the page came with: words, names and who has logged in.

/** What a form asks for; ``most`` is its longest text. */
export interface Field { name: string; required: boolean; most: number | null }

export interface Given {
  language: string;
  zone: string;
  city: string;
  person: string;
  login: string; // its mark: whoever logs in later has another one, and this page commands no more
  form: { name: string; value: string };
  official: boolean;
  phrases: Record<string, string>;
  levels: { word: string; step: string }[];
  zones: Record<string, string>;
  hazards: Record<string, string>;
  stations: Record<string, string>;
  people: Record<string, string>;
  languages: Record<string, string>;
  trends: { rising: string; falling: string; steady: string; unknown: string; least: number };
  institutions: Record<string, string>;
  topics: string[];
  spoken: string[]; // languages in which the city writes
  forms: Record<string, { path: string; says: Record<string, string>; fields: Field[] }>;
  wording: Field[];
  run: string;
}

export const given: Given = JSON.parse(document.getElementById("given")!.textContent!);
