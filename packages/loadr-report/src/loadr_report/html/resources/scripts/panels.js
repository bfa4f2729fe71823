// Lines over the time of the run. All share the cursor and what is zoomed into.

import { airBeside, decades, timeAxis, valueAxis } from "./axes.js";
import { Chart, legend, lineSeries, scaleButton, valueScale } from "./chart.js";
import { elapsed, formatter } from "./format.js";

export const TOGETHER = { key: "time", scales: ["x", null] };

export function drawPanel(figure, panel, secs) {
  const write = formatter(panel.unit, panel.suffix);
  const at = panel.at ?? secs;
  const data = [at, ...panel.lines.map((line) => line.values)];
  const peaks = panel.lines.map((line) => `peak ${write(peak(line.values))}`);
  let isLog = false;
  const make = () => [
    {
      padding: [8, airBeside(secs.at(-1)), 0, 0],
      cursor: { sync: TOGETHER, y: false, points: { size: 6 } },
      scales: { x: { time: false, range: (_, low, high) => (low === at[0] && high === at.at(-1) ? [0, secs.at(-1)] : [low, high]) }, y: valueScale(isLog, panel.floor) },
      axes: [timeAxis(), valueAxis(write, isLog ? { splits: (_, __, low, high) => decades(low, high) } : {})],
      series: [{}, ...panel.lines.map(lineSeries)],
    },
    isLog ? data.map((values, index) => (index ? values.map((value) => value || null) : values)) : data,
  ];
  const show = legend(figure.querySelector("figcaption"), panel.lines, (index, shown) => {
    chart.plot.setSeries(index + 1, { show: shown });
  });
  const tell = (_, index) => {
    if (index === null) {
      show(peaks);
      return "";
    }
    const texts = panel.lines.map((line) => write(line.values[index]));
    show(texts);
    return `${elapsed(at[index])}: ${panel.lines.map((line, place) => `${line.label} ${texts[place]}`).join(", ")}`;
  };
  show(peaks);
  if (panel.unit === "time") {
    scaleButton(figure.querySelector("figcaption"), (wanted) => {
      isLog = wanted;
      chart.draw();
    });
  }
  const chart = new Chart(figure, make, tell);
  return chart;
}

function peak(values) {
  let highest = null;
  for (const value of values) if (value !== null && (highest === null || value > highest)) highest = value;
  return highest;
}
