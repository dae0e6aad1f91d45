// A hydrograph on a canvas. Everything it says stands in words and in a table beside it: screen readers skip it.
import uPlot from "uplot";
import type { Readings } from "./api";
import type { Columns, Flagged } from "./curve";
import { given } from "./given";
import { past } from "./state";
import { amount, mark, say, tick } from "./words";

export interface Drawn { readings: Readings; columns: Columns; flagged: Flagged[]; marks: Readings["marks"]; now: number }
export interface Heard { zoom: (from: number, to: number) => void; reset: () => void; point: (at: number | null) => void }

const HEIGHT = 190;
const DAY_S = 86_400;
const BAND = ["--line", "--s1", "--s2", "--s3", "--s4"];
const PAPER: Record<string, string> = { "--text": "#000", "--soft": "#333", "--rule": "#ccc", "--link": "#0b4f8a", "--line": "#555", "--card": "#fff" };

/** On paper everything is dark on white, whatever the screen is. */
let paper = false;
export const onPaper = (is: boolean): void => void (paper = is);

function colour(name: string): string {
  return (paper && PAPER[name]) || getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function range({ columns, marks, readings }: Drawn): [number, number] {
  const values = columns.slice(1).flat().filter((one): one is number => one !== null);
  const all = [...values, ...marks.map((one) => one.value)];
  if (readings.parameter === "rain") return [0, Math.max(1, ...all) * 1.1];
  if (all.length === 0) return [0, 1];
  const margin = Math.max(0.08 * (Math.max(...all) - Math.min(...all)), 1);
  return [Math.min(...all) - margin, Math.max(...all) + 2 * margin]; // with room for the name of a mark
}

function beside(plot: uPlot, drawn: Drawn): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const x = (at: number): number => plot.valToPos(at, "x", true);
  const y = (value: number): number => plot.valToPos(value, "y", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  ctx.lineWidth = 1.5 * ratio;
  drawn.marks.forEach((one, place) => {
    ctx.strokeStyle = colour(BAND[one.band] ?? "--line");
    ctx.setLineDash([8 * ratio, 4 * ratio]);
    line(ctx, bbox.left, y(one.value), bbox.left + bbox.width, y(one.value));
    ctx.fillStyle = colour("--text");
    ctx.textAlign = place % 2 ? "right" : "left";
    const text = `${mark(one.name, one.band)}: ${amount(one.value, drawn.readings.unit)}`;
    ctx.fillText(text, place % 2 ? bbox.left + bbox.width - 6 * ratio : bbox.left + 6 * ratio, y(one.value) - 4 * ratio);
  });
  ctx.strokeStyle = colour("--text");
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  line(ctx, x(drawn.now), bbox.top, x(drawn.now), bbox.top + bbox.height);
  ctx.setLineDash([]);
  ctx.textAlign = "right";
  ctx.fillStyle = colour("--text");
  ctx.fillText(say(past.value === null ? "chart_now" : "then_heading"), x(drawn.now) - 4 * ratio, bbox.top + bbox.height - 6 * ratio);
  const floor = bbox.top + bbox.height;
  for (const one of drawn.flagged) flag(ctx, x(one.at), one.value === null ? floor : y(one.value), one.flag, ratio, floor);
  ctx.restore();
}

/** Odd ones have a ring, implausible ones a cross, missing ones a stroke at the foot. */
function flag(ctx: CanvasRenderingContext2D, x: number, y: number, kind: number, ratio: number, floor: number): void {
  const size = 4 * ratio;
  if (kind === 3) {
    ctx.beginPath();
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    ctx.stroke();
  } else if (kind === 4) {
    const at = Math.min(floor - size, Math.max(size, y)); // far outside as well
    line(ctx, x - size, at - size, x + size, at + size);
    line(ctx, x - size, at + size, x + size, at - size);
  } else {
    line(ctx, x, floor - 2 * size, x, floor);
  }
}

function line(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** Draw into a place; ``drawn`` is asked for again at each drawing. */
export function plotIn(place: HTMLElement, drawn: () => Drawn, heard: Heard): uPlot {
  const rain = drawn().readings.parameter === "rain";
  const bars = uPlot.paths.bars!({ size: [0.9, 40, 1], align: -1 });
  const shade = (): string => `${colour("--link")}33`;
  const options: uPlot.Options = {
    width: place.clientWidth, height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), given.zone),
    legend: { show: false },
    scales: { x: { time: true }, y: { range: () => range(drawn()) } },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => () => (heard.reset(), null) } },
    axes: [
      {
        stroke: () => colour("--text"), grid: { stroke: () => colour("--rule") }, ticks: { stroke: () => colour("--rule") }, size: 32,
        values: (_, splits, _axis, _space, step) => splits.map((at) => tick(new Date(at * 1000), step >= DAY_S)),
      },
      {
        stroke: () => colour("--text"), grid: { stroke: () => colour("--rule") }, ticks: { stroke: () => colour("--rule") }, size: 60,
        values: (_, splits) => splits.map((value) => amount(value, "").trim()),
      },
    ],
    series: [
      {},
      { stroke: () => colour("--link"), fill: rain ? shade : undefined, width: 2, paths: rain ? bars : undefined },
      { stroke: () => colour("--link"), width: 2, dash: [6, 4], points: { show: false } },
      { width: 0, points: { show: false } },
      { width: 0, points: { show: false } },
    ],
    bands: [{ series: [4, 3], fill: shade }],
    hooks: {
      draw: [(plot) => beside(plot, drawn())],
      setCursor: [(plot) => heard.point(plot.cursor.left === undefined || plot.cursor.left < 0 ? null : plot.posToVal(plot.cursor.left, "x"))],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 8) return;
          heard.zoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
    },
  };
  return new uPlot(options, drawn().columns as uPlot.AlignedData, place);
}

export function fit(plot: uPlot, place: HTMLElement): void {
  if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height: HEIGHT });
}
