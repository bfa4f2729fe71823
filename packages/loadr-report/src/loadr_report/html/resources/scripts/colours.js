// Colours of the palette as the canvas needs them, and the choice between light and dark.

const probe = document.createElement("span");
const known = new Map();
const listeners = [];

// The colour that a custom property stands for now, resolved: a canvas knows no var() and no light-dark().
export function colour(name) {
  if (!known.has(name)) {
    if (!probe.isConnected) {
      probe.hidden = true;
      document.body.append(probe);
    }
    probe.style.color = `var(--${name})`;
    known.set(name, getComputedStyle(probe).color);
  }
  return known.get(name);
}

export function channels(name) {
  return colour(name).match(/[\d.]+/g).slice(0, 3).map(Number);
}

export function onColours(listener) {
  listeners.push(listener);
}

export function recolour() {
  known.clear();
  for (const listener of listeners) listener();
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function startTheme(button) {
  const name = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Show in ${isDark() ? "light" : "dark"} colours`);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    recolour();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  onColours(name);
  name();
}
