// k6/timers: the global timers as a module.
export const {setTimeout, clearTimeout, setInterval, clearInterval} = globalThis;
export default {setTimeout, clearTimeout, setInterval, clearInterval};
