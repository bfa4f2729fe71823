// What all charts share: size, colours, legend, the cursor by mouse and by keyboard, and paper.

import { colour, onColours, recolour } from "./colours.js";

const charts = [];
const ON_PAPER = { half: 340, wide: 700, curves: 470 };

// A chart in a figure of the page.
//
// `make(width, height)` gives uPlot's options and data; it is called again where the scale changes.
// `tell(plot, index)` gives the words for the point under the cursor, `index` null where there is none.
export class Chart {
  constructor(figure, make, tell) {
    this.figure = figure;
    this.place = figure.querySelector(".plot");
    this.caption = figure.querySelector("figcaption");
    this.make = make;
    this.tell = tell;
    this.said = document.createElement("span");
    this.said.className = "said";
    this.said.setAttribute("role", "status");
    this.caption.append(this.said);
    this.draw();
    this.place.addEventListener("keydown", (event) => this.key(event));
    this.place.addEventListener("blur", () => this.leave());
    new ResizeObserver(() => this.resize()).observe(this.place);
    onColours(() => this.plot.redraw(false, true));
    charts.push(this);
  }

  draw() {
    this.plot?.destroy();
    const { clientWidth: width, clientHeight: height } = this.place;
    const [options, data] = this.make(width, height);
    const hooks = { ...options.hooks, setCursor: [(plot) => this.tell(plot, plot.cursor.idx ?? null)] };
    this.plot = new uPlot({ legend: { show: false }, ...options, hooks, width, height }, data, this.place);
  }

  resize(width = this.place.clientWidth) {
    if (width && width !== this.plot.width) this.plot.setSize({ width, height: this.plot.height });
  }

  key(event) {
    const last = this.plot.data[0].length - 1;
    const at = this.plot.cursor.idx ?? -1;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: Math.max(at - step, 0), ArrowRight: Math.min(at + step, last), Home: 0, End: last }[event.key];
    if (event.key === "Escape") return this.leave();
    if (to === undefined) return undefined;
    event.preventDefault();
    const left = this.plot.valToPos(this.plot.data[0][to], "x");
    this.plot.setCursor({ left, top: this.plot.bbox.height / devicePixelRatio / 2 });
    this.said.textContent = this.tell(this.plot, to);
    return undefined;
  }

  leave() {
    this.plot.setCursor({ left: -10, top: -10 });
    this.said.textContent = "";
  }

  get widthOnPaper() {
    if (this.figure.dataset.chart === "curves") return ON_PAPER.curves;
    return this.figure.classList.contains("wide") ? ON_PAPER.wide : ON_PAPER.half;
  }
}

// A legend of buttons that show and hide lines; `show(values)` writes beside the names.
export function legend(caption, lines, toggle) {
  const list = document.createElement("ul");
  list.className = "legend";
  const values = lines.map((line, index) => {
    const [item, button, swatch, value] = ["li", "button", "span", "span"].map((tag) => document.createElement(tag));
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    swatch.className = `swatch in-${line.colour}${line.dashed ? " dashed" : ""}`;
    value.className = "value";
    button.append(swatch, line.label, value);
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      toggle(index, shown);
    });
    item.append(button);
    list.append(item);
    return value;
  });
  caption.append(list);
  return (texts) => texts.forEach((text, index) => { values[index].textContent = text; });
}

// A button that changes between an even and a logarithmic scale of values.
export function scaleButton(caption, change) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "scale";
  button.textContent = "log";
  button.setAttribute("aria-label", "Logarithmic scale");
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const isLog = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isLog));
    change(isLog);
  });
  caption.append(button);
}

export function lineSeries(line) {
  return {
    label: line.label,
    stroke: () => colour(`line-${line.colour}`),
    width: 1.5,
    dash: line.dashed ? [5, 4] : undefined,
    points: { show: false },
    spanGaps: false,
  };
}

// The range of a scale of values: from zero, with some air above; the decades around them where logarithmic.
export function valueScale(isLog, floor) {
  if (isLog) {
    return { distr: 3, range: (_, low, high) => [Math.max(low, 1e-3) * 0.9, Math.max(high, 2e-3) * 1.1] };
  }
  return { range: (_, __, high) => [0, Math.max(high ?? 0, floor) * 1.06 || 1] };
}

// Paper is white and of a width of its own.
export function startPrinting() {
  let before = null;
  const begin = () => {
    if (before) return;
    const closed = [...document.querySelectorAll("details.printed:not([open])")];
    before = { theme: document.documentElement.dataset.theme, closed };
    document.documentElement.dataset.theme = "light";
    recolour();
    for (const details of closed) details.open = true;
    for (const chart of charts) chart.resize(chart.widthOnPaper);
  };
  const end = () => {
    if (!before) return;
    if (before.theme) document.documentElement.dataset.theme = before.theme;
    else delete document.documentElement.dataset.theme;
    for (const details of before.closed) details.open = false;
    before = null;
    recolour();
    for (const chart of charts) chart.resize();
  };
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  matchMedia("print").addEventListener("change", (event) => (event.matches ? begin() : end()));
}
