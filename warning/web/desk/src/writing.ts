// In which field somebody is writing. If it goes while they write, the rest of the word must not become commands.

const FIELDS = "input:not([type=checkbox], [type=range]), select, textarea";

let field: HTMLElement | null = null;

export function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(FIELDS);
}

/** Whether the field somebody was writing in has gone under their hands. */
export function gone(): boolean {
  return field !== null && !field.isConnected;
}

/** Whether somebody is writing in a form with this class, or was when it went. */
export function inForm(name: string): boolean {
  return field !== null && field.closest(`form.${name}`) !== null;
}

export function forget(): void {
  field = null;
}

export function start(): void {
  addEventListener("focusin", (event) => (field = isField(event.target) ? (event.target as HTMLElement) : null));
  addEventListener("pointerdown", forget);
}
