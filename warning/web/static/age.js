// How old a state is, in words: an open page and the worker behind it say it alike. An age is rounded up.
"use strict";
const NO_ALL_CLEAR_MS = 30 * 60 * 1000;

function aged(language, noAllClear, sinceMs, nowMs) {
  const minutes = Math.max(1, Math.ceil((nowMs - sinceMs) / 60000));
  const [count, unit] = minutes < 120 ? [minutes, "minute"] : [Math.ceil(minutes / 60), "hour"];
  const ago = new Intl.RelativeTimeFormat(`${language}-u-nu-latn`, { numeric: "always" }).format(-count, unit);
  return `– ${ago}.${nowMs - sinceMs > NO_ALL_CLEAR_MS ? ` ${noAllClear}` : ""}`;
}
