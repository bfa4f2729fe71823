// How latencies were spread over time: a column for each interval, a cell for each band of values.

import { airBeside, decades, timeAxis, valueAxis } from "./axes.js";
import { Chart } from "./chart.js";
import { channels, onColours } from "./colours.js";
import { compact, duration, elapsed } from "./format.js";
import { TOGETHER } from "./panels.js";

const STOPS = [0, 1, 2, 3, 4];
const SHADES = 64;

export function drawHeat(figure, heat) {
  const { ends, upto } = heat;
  const starts = [0, ...ends];
  const low = heat.from || upto[0] / 2;
  const bounds = [low, ...upto];
  const fastest = Math.max(...heat.columns.map(([, ...counts], place) => Math.max(0, ...counts) / width(place)));
  let shades = ramp();
  onColours(() => { shades = ramp(); });

  function width(place) {
    return Math.max(ends[place] - starts[place], 1e-3);
  }

  // Few requests are seen beside many: shades follow the logarithm.
  function shade(count, place) {
    const part = Math.log1p(count / width(place) * 10) / Math.log1p(fastest * 10);
    return shades[Math.min(Math.floor(part * SHADES), SHADES - 1)];
  }

  function paint(plot) {
    const { ctx, bbox } = plot;
    const rows = bounds.map((bound) => Math.round(plot.valToPos(bound, "y", true)));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    heat.columns.forEach(([first, ...counts], place) => {
      const left = Math.round(plot.valToPos(starts[place], "x", true));
      const right = Math.round(plot.valToPos(ends[place], "x", true));
      counts.forEach((count, index) => {
        if (!count) return;
        const [bottom, top] = [rows[first + index], rows[first + index + 1]];
        ctx.fillStyle = shade(count, place);
        ctx.fillRect(left, top, Math.max(right - left, 1), Math.max(bottom - top, 1));
      });
    });
    ctx.restore();
  }

  const middles = ends.map((end, place) => (starts[place] + end) / 2);
  const make = () => [
    {
      padding: [8, airBeside(ends.at(-1)), 0, 0],
      cursor: { sync: TOGETHER, points: { show: false }, drag: { x: true, y: false } },
      scales: {
        x: { time: false, range: (_, from, to) => (from === middles[0] ? [0, ends.at(-1)] : [from, to]) },
        y: { distr: 3, range: [low, upto.at(-1)] },
      },
      axes: [timeAxis({ grid: { show: false } }), valueAxis(duration, { splits: (_, __, from, to) => decades(from, to, 8), grid: { show: false } })],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: { drawClear: [paint] },
    },
    [middles, middles.map(() => low)],
  ];

  const words = rampWords(figure.querySelector("figcaption"), `${compact(fastest)}/s`);
  const tell = (plot, index) => {
    if (index === null) return words("");
    const [first, ...counts] = heat.columns[index];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const when = `${elapsed(starts[index])} to ${elapsed(ends[index])}`;
    if (!total) return words(`${when}: no requests`);
    if (plot.cursor.top < 0) return words(`${when}: ${compact(total)} requests`);
    const value = plot.posToVal(plot.cursor.top, "y");
    const band = upto.findIndex((bound) => value < bound);
    const count = counts[band - first] ?? 0;
    return words(`${when}, ${duration(bounds[band] ?? low)} to ${duration(upto[band] ?? upto.at(-1))}: ${compact(count)} of ${compact(total)} requests`);
  };
  return new Chart(figure, make, tell);
}

function ramp() {
  const stops = STOPS.map((stop) => channels(`heat-${stop}`));
  return Array.from({ length: SHADES }, (_, shade) => {
    const place = shade / (SHADES - 1) * (stops.length - 1);
    const before = Math.min(Math.floor(place), stops.length - 2);
    const mixed = stops[before].map((from, channel) => from + (stops[before + 1][channel] - from) * (place - before));
    return `rgb(${mixed.map(Math.round).join(" ")})`;
  });
}

function rampWords(caption, most) {
  const scale = document.createElement("span");
  scale.className = "ramp-words";
  const bar = document.createElement("span");
  bar.className = "ramp";
  scale.append("few", bar, most);
  const place = document.createElement("span");
  place.className = "ramp-words";
  caption.append(scale, place);
  return (text) => {
    place.textContent = text;
    return text;
  };
}
