// A desk on the wall, read from three metres: large, without what is only pressed. It stays so in this browser.
import { effect, signal } from "@preact/signals";

const KEPT = "floodbell-wall";

/** A screen that nobody touches is opened with ``/desk/live?wall``. */
export const wall = signal(new URLSearchParams(location.search).has("wall") || localStorage.getItem(KEPT) === "on");

export function toggle(): void {
  wall.value = !wall.value;
  localStorage.setItem(KEPT, wall.value ? "on" : "off");
}

effect(() => {
  document.documentElement.dataset.wall = wall.value ? "yes" : "no";
});
