// Quantities as text, in the form that the tables have them (loadr_report.quantities).

const PREFIXES = ["", "k", "M", "G", "T", "P"];

function plain(value, significant = 3) {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Number(Math.abs(value).toPrecision(significant))));
  const decimals = Math.min(Math.max(0, significant - 1 - magnitude), 12);
  const text = value.toFixed(decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

export function compact(value) {
  let size = Number(Math.abs(value).toPrecision(3));
  let prefix = 0;
  while (size >= 1000 && prefix < PREFIXES.length - 1) {
    size /= 1000;
    prefix += 1;
  }
  return (value < 0 ? "-" : "") + plain(size) + PREFIXES[prefix];
}

export function duration(ms) {
  if (ms < 0) return `-${duration(-ms)}`;
  const size = Number(ms.toPrecision(3));
  if (size < 1e-6) return "0s";
  if (size < 1) return `${plain(size * 1000)}µs`;
  if (size < 1000) return `${plain(size)}ms`;
  if (size < 60000) return `${plain(size / 1000)}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
}

export function elapsed(secs) {
  const whole = Math.max(0, Math.floor(secs));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

export function percentage(ratio) {
  return `${plain(ratio * 100)}%`;
}

// How values of a unit are written: `time` in milliseconds, `data` in bytes, `ratio` 0 to 1, `number`.
export function formatter(unit, suffix = "") {
  const write = { time: duration, ratio: percentage, data: (bytes) => `${compact(bytes)}B` }[unit] ?? compact;
  return (value) => (value === null || value === undefined ? "–" : write(value) + suffix);
}
