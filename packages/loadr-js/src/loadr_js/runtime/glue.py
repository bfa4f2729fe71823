"""The JavaScript that every context begins with: calling in, calling out, errors as data.

Everything that crosses is JSON made on the JavaScript side: the engine's concatenated strings, NUL and
lone surrogates do not survive the wrapper otherwise. The host function never raises; what went wrong
travels as `{e: {...}}` and is thrown here, `{k: 1}` says that the call was cancelled.
"""

from typing import Final

GLUE_FILE: Final = "loadr:glue"

GLUE: Final = r"""
(function () {
  'use strict';
  const host = __loadr_host;
  delete globalThis.__loadr_host;
  const stringify = JSON.stringify, parse = JSON.parse;

  class HostError extends Error {
    constructor(data) {
      super(data.message);
      this.name = data.name || 'Error';
      if (data.code !== undefined) this.code = data.code;
    }
  }

  function call(name, ...args) {
    const answer = parse(host(name, stringify(args)));
    if (answer.k) throw new Error('cancelled');
    if (answer.e) throw new HostError(answer.e);
    return answer.v;
  }

  // Operations under way: what to do when the host tells their end.
  const waiting = new Map();
  function start(name, ...args) {
    return new Promise((resolve, reject) => { waiting.set(call(name, ...args), {resolve, reject}); });
  }
  function timer(ms, callback) {
    const number = call('timer', +ms || 0);
    waiting.set(number, {resolve: callback, reject: callback});
    return number;
  }
  function forget(number) { if (waiting.delete(number)) call('forget', number); }

  function describe(error) {
    if (error instanceof Error) {
      let name = 'Error', message = '', stack = '';
      try { name = String(error.name); message = String(error.message); stack = String(error.stack || ''); }
      catch (_) { message = message || 'an error that cannot be read'; }
      return {name, message, stack};
    }
    // Without memory for an Error the engine throws null.
    if (error === null) return {name: '', message: 'thrown: null (out of memory, unless the script throws null)', stack: ''};
    let message;
    try { message = typeof error === 'string' ? error : stringify(error) ?? String(error); }
    catch (_) { message = 'something that cannot be shown'; }
    return {name: '', message: 'thrown: ' + message, stack: ''};
  }

  let outcome;
  function settle(value) {
    let json;
    try { json = stringify(value); } catch (error) { return fail(error); }
    outcome = json === undefined ? '{"v":null,"u":1}' : '{"v":' + json + '}';
  }
  function fail(error) { outcome = stringify({e: describe(error)}); }
  function follow(run) {
    outcome = undefined;
    try {
      const result = run();
      if (result !== null && typeof result === 'object' && typeof result.then === 'function') result.then(settle, fail);
      else settle(result);
    } catch (error) { fail(error); }
  }

  let exported;
  const bridge = {
    outcome() { return outcome; },
    load(name) {
      outcome = undefined;
      import(name).then(module => {
        exported = module;
        const functions = Object.keys(module).filter(key => typeof module[key] === 'function');
        settle({functions, options: module.options === undefined ? null : module.options});
      }, fail);
    },
    call(name, args) { follow(() => exported[name].apply(undefined, parse(args))); },
    run(code) { follow(() => (0, eval)(code)); },
    evaluate(key, bindings) {
      follow(() => evaluated[key].apply(undefined, parse(bindings)));
    },
    define(key, code) {
      follow(() => { evaluated[key] = (0, eval)(code); return true; });
    },
  };
  // Called by the host with what has ended; a callback that throws fails the call.
  bridge.wake = function (json) {
    for (const {n, v, e} of parse(json)) {
      const entry = waiting.get(n);
      waiting.delete(n);
      if (entry === undefined) continue;
      try { if (e) entry.reject(new HostError(e)); else entry.resolve(v); } catch (error) { fail(error); }
    }
  };
  bridge.abandon = function () { waiting.clear(); };
  const evaluated = {};
  Object.defineProperty(globalThis, '__loadr', {value: Object.freeze({call, start, timer, forget, describe, HostError})});
  return bridge;
})()
"""
