// What the page came with: words, names and who has logged in.

export interface Given {
  language: string;
  zone: string;
  city: string;
  person: string;
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
  run: string;
}

export const given: Given = JSON.parse(document.getElementById("given")!.textContent!);
