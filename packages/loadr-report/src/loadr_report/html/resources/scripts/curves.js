// Latency by percentile: the axis gives 99.9 % as much room as the median. One request may be set beside all.

import { axis, decades, percentName, percentPlaces, valueAxis } from "./axes.js";
import { Chart, legend, lineSeries, scaleButton, valueScale } from "./chart.js";
import { duration } from "./format.js";

const WHOLE = ["blue", "violet", "green", "grey"];
const NOTHING = { label: "one request", values: [] };

export function drawCurves(figure, curves) {
  const caption = figure.querySelector("figcaption");
  const whole = curves.whole.map((line, place) => ({ ...line, colour: WHOLE[place % WHOLE.length], dashed: place > 0 }));
  const { at } = curves;
  let beside = NOTHING;
  let isLog = false;
  const lines = () => (beside === NOTHING ? whole : [...whole, { ...beside, colour: "orange" }]);
  const make = () => [
    {
      padding: [8, 18, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: false, distr: 3, range: [1, at.at(-1)] }, y: valueScale(isLog, 0.001) },
      axes: [
        axis({
          size: 26,
          splits: () => percentPlaces(at.at(-1)),
          filter: (plot, splits) => apart(plot, splits),
          values: (_, splits) => splits.map((place) => (place === null ? "" : percentName(place))),
        }),
        valueAxis(duration, isLog ? { splits: (_, __, low, high) => decades(low, high) } : {}),
      ],
      series: [{}, ...lines().map(lineSeries)],
    },
    [at, ...lines().map((line) => line.values)],
  ];
  const show = legend(caption, whole, (index, shown) => chart.plot.setSeries(index + 1, { show: shown }));
  const tell = (_, index) => {
    if (index === null) {
      show(whole.map(() => ""));
      picked.textContent = "";
      return "";
    }
    const texts = lines().map((line) => (line.values[index] === null ? "–" : duration(line.values[index])));
    show(texts.slice(0, whole.length));
    const percent = percentAt(at[index]);
    picked.textContent = beside === NOTHING ? `at ${percent}` : `${texts.at(-1)} at ${percent}`;
    return `${percent}: ${lines().map((line, place) => `${line.label} ${texts[place]}`).join(", ")}`;
  };
  const picked = document.createElement("span");
  picked.className = "ramp-words";
  if (curves.requests.length) {
    caption.append(choice(curves.requests, (line) => {
      beside = line ?? NOTHING;
      chart.draw();
    }));
  }
  caption.append(picked);
  scaleButton(caption, (wanted) => {
    isLog = wanted;
    chart.draw();
  });
  const chart = new Chart(figure, make, tell);
  return chart;
}

function choice(requests, choose) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", "A request to compare with");
  select.append(new Option("compare with…", ""));
  requests.forEach((line, place) => select.append(new Option(line.label, String(place))));
  select.addEventListener("change", () => choose(requests[select.value]));
  return select;
}

function percentAt(place) {
  const decimals = Math.max(0, Math.ceil(Math.log10(place)) - 1);
  return `${(100 - 100 / place).toFixed(decimals)}%`;
}

// Labels that do not run into each other; the rarer percentiles matter more.
function apart(plot, splits) {
  let right = Infinity;
  return splits.toReversed().map((place) => {
    const at = plot.valToPos(place, "x");
    if (right - at < 40) return null;
    right = at;
    return place;
  }).toReversed();
}
