// Brings the page to life: what is readable without it stands in the page already.

import { startPrinting } from "./chart.js";
import { startTheme } from "./colours.js";
import { drawCurves } from "./curves.js";
import { drawHeat } from "./heat.js";
import { drawPanel } from "./panels.js";
import { makeSortable } from "./sorting.js";

function drawCharts(data) {
  for (const figure of document.querySelectorAll("[data-chart]")) {
    const { chart } = figure.dataset;
    if (chart === "heat") drawHeat(figure, data.heat);
    else if (chart === "curves") drawCurves(figure, data.curves);
    else drawPanel(figure, data.panels[chart], data.secs);
  }
}

startTheme(document.getElementById("theme"));
for (const table of document.querySelectorAll("table.sortable")) makeSortable(table);
drawCharts(JSON.parse(document.getElementById("data").textContent));
startPrinting();
