// Colour never stands alone: every badge has a shape, a word and, for levels, its number.
import type { JSX } from "preact";

const SHAPES: Record<string, JSX.Element> = {
  "1": <rect x="3" y="3" width="14" height="14" />,
  "2": <path d="M10 2 19 18H1z" />,
  "3": <path d="M6 1h8l5 5v8l-5 5H6l-5-5V6z" />,
  "4": <path d="M10 0 20 10 10 20 0 10z" />,
  unknown: <path d="M5 5 15 15M15 5 5 15" class="stroke" />,
  good: <path d="M3 11 8 16 17 5" class="stroke" />,
};

export function Badge({ shade, children }: { shade: string; children?: string }): JSX.Element {
  return (
    <span class={`badge s-${shade}`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">{SHAPES[shade] ?? <circle cx="10" cy="10" r="8" />}</svg>
      {children}
    </span>
  );
}
