// Axes: their look, and round places for ticks.

import { colour } from "./colours.js";
import { elapsed } from "./format.js";

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

export function axis(changes) {
  return {
    font: FONT,
    stroke: () => colour("quiet"),
    grid: { stroke: () => colour("grid"), width: 1 },
    ticks: { show: false },
    ...changes,
  };
}

export function timeAxis(changes = {}) {
  return axis({
    incrs: SECONDS,
    space: 64,
    size: 26,
    values: (_, splits) => splits.map(elapsed),
    ...changes,
  });
}

// Room for the right half of the last label, which stands under the edge of the plot.
export function airBeside(end) {
  return end >= 3600 ? 26 : 18;
}

// As wide as its longest label.
export function valueAxis(write, changes = {}) {
  return axis({
    space: 36,
    values: (_, splits) => splits.map((value) => (value === null ? "" : write(value))),
    size: (plot, labels) => {
      if (!labels) return 48;
      plot.ctx.save();
      plot.ctx.font = FONT;
      const widest = Math.max(...labels.map((label) => plot.ctx.measureText(label ?? "").width));
      plot.ctx.restore();
      return Math.max(34, Math.ceil(widest) + 14);
    },
    ...changes,
  });
}

// 1, 2 and 5 of every decade within bounds; fewer where they would stand too close.
export function decades(lowest, highest, most = 9) {
  for (const steps of [[1, 2, 5], [1]]) {
    const found = [];
    for (let power = Math.floor(Math.log10(lowest)); power <= Math.ceil(Math.log10(highest)); power += 1) {
      for (const step of steps) {
        const value = Number(`${step}e${power}`);
        if (value >= lowest * 0.999 && value <= highest * 1.001) found.push(value);
      }
    }
    if (found.length <= most || steps.length === 1) return found;
  }
  return [];
}

// Places on the axis of percentiles, 1 / (1 - percentile), with their names.
const PLACES = new Map([[1, "0%"], [2, "50%"], [4, "75%"], [10, "90%"], [20, "95%"], [100, "99%"]]);

export function percentPlaces(highest) {
  const places = [...PLACES.keys()].filter((place) => place <= highest);
  for (let place = 1000; place <= highest; place *= 10) places.push(place);
  return places;
}

export function percentName(place) {
  if (PLACES.has(place)) return PLACES.get(place);
  return `99.${"9".repeat(Math.round(Math.log10(place)) - 2)}%`;
}
