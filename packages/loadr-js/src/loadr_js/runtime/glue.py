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
  // An engine without a module loader has modules that were made known to it before.
  const bring = globalThis.__loadr_bring ?? (name => import(name));
  delete globalThis.__loadr_bring;
  const stringify = JSON.stringify, parse = JSON.parse;

  // Host functions that take and give numbers, as they are; false says that failed() has an error to throw.
  const direct = {};
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!name.startsWith('__loadr_direct_')) continue;
    direct[name.slice('__loadr_direct_'.length)] = globalThis[name];
    delete globalThis[name];
  }
  Object.freeze(direct);
  function failed() {
    call('failure');
    throw new Error('cancelled');
  }

  class HostError extends Error {
    constructor(data) {
      super(data.message);
      this.name = data.name || 'Error';
      if (data.code !== undefined) this.code = data.code;
    }
  }

  const call = (name, ...args) => ask(name, args);
  function ask(name, args) {
    const said = host(name, stringify(args));
    if (said === '') return null; // nothing to say: not worth a parse
    const answer = parse(said);
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

  // Sources of the host, such as sockets: who hears what each of them tells, once and again.
  const listening = new Map();
  let turns = 0;
  function listen(number, callback) { listening.set(number, callback); }
  function unlisten(number) { listening.delete(number); }

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
    // What the engine throws where not even null could be made ready.
    if (message === '[uninitialized]') message = 'nothing (out of memory)';
    return {name: '', message: 'thrown: ' + message, stack: ''};
  }

  let outcome;
  function settle(value) {
    if (value === undefined) { outcome = ''; return; } // most functions return nothing: not worth a JSON text
    // Not joined from parts: a concatenated string may reach the wrapper as a rope, which it does not know.
    try { outcome = stringify({v: value}); } catch (error) { fail(error); }
  }
  function fail(error) { outcome = stringify({e: describe(error)}); }
  function watch(result) {
    if (result !== null && typeof result === 'object' && typeof result.then === 'function') result.then(settle, fail);
    else settle(result);
  }
  function follow(run) {
    outcome = undefined;
    try { watch(run()); } catch (error) { fail(error); }
  }
  // Whether a function has no parameters and no way to see its arguments.
  function takesNothing(f) {
    const source = Function.prototype.toString.call(f);
    return /^(async\s+)?(function\s*[\w$]*\s*)?\(\s*\)/.test(source) && !/\barguments\b|\beval\b/.test(source);
  }

  let exported;
  const bridge = {
    outcome() { return outcome; },
    load(name) {
      outcome = undefined;
      bring(name).then(module => {
        exported = module.__loadr_commonjs === undefined ? module : module.__loadr_commonjs.exports;
        const functions = Object.keys(exported).filter(key => typeof exported[key] === 'function');
        const plain = functions.filter(key => takesNothing(exported[key]));
        settle({functions, plain, options: exported.options === undefined ? null : exported.options});
      }, fail);
    },
    // One crossing a call: who calls, the seed, and the outcome where nothing is left to wait for.
    call(name, args, vu, iteration, number) {
      globalThis.__VU = vu;
      globalThis.__ITER = iteration;
      seed = number;
      outcome = undefined;
      try {
        const f = exported[name];
        const result = args === '' ? f() : f.apply(undefined, parse(args));
        if (result === undefined) return outcome = '';
        watch(result);
      } catch (error) { fail(error); }
      return outcome;
    },
    summarize(name, json) {
      follow(() => {
        const data = parse(json);
        return exported[name](globalThis.__loadr_summary === undefined ? data : __loadr_summary(data));
      });
    },
    // A hook before a request: what it returns, or what it was given and has changed.
    before(json) {
      follow(() => {
        const request = parse(json);
        const chosen = value => value === undefined || value === null ? request : value;
        const returned = exported.beforeRequest(request);
        return typeof returned?.then === 'function' ? returned.then(chosen) : chosen(returned);
      });
      return outcome;
    },
    after(answer, json) {
      follow(() => {
        const returned = exported.afterRequest(globalThis.__loadr_adopt(parse(answer)), parse(json));
        return typeof returned?.then === 'function' ? returned.then(() => null) : null;
      });
      return outcome;
    },
    evaluate(key, bindings) {
      follow(() => evaluated[key].apply(undefined, parse(bindings)));
    },
    define(key, code) {
      follow(() => { evaluated[key] = (0, eval)(code); return true; });
    },
  };
  // Called by the host with what has ended; a callback that throws fails the call.
  bridge.wake = function (json) {
    turns++;
    for (const {n, v, e} of parse(json)) {
      const entry = waiting.get(n);
      waiting.delete(n);
      if (entry === undefined) continue;
      try { if (e) entry.reject(new HostError(e)); else entry.resolve(v); } catch (error) { fail(error); }
    }
  };
  bridge.abandon = function () { waiting.clear(); listening.clear(); };
  // A source tells something; a listener that throws fails the call.
  bridge.arrive = function (number, kind, text) {
    turns++;
    const callback = listening.get(number);
    if (callback !== undefined) try { callback(kind, text); } catch (error) { fail(error); }
    return outcome;
  };
  // Math.random follows the run's seed: sfc32, by Chris Doty-Humphrey (PractRand), 12 rounds to mix the seed.
  let a = 1, b = 2, c = 3, d = 4;
  function next() {
    const t = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + t | 0;
    return t >>> 0;
  }
  let seed = 0; // mixed when it is first drawn from
  function mix(number) {
    seed = undefined;
    a = number >>> 0; b = Math.floor(number / 4294967296) >>> 0; c = 0x9e3779b9 | 0; d = 1;
    for (let i = 0; i < 12; i++) next();
  }
  Math.random = () => {
    if (seed !== undefined) mix(seed);
    return (next() * 2097152 + (next() >>> 11)) / 9007199254740992;
  };
  bridge.seed = function (number, vu, iteration) {
    seed = number;
    if (vu !== undefined) { globalThis.__VU = vu; globalThis.__ITER = iteration; }
  };
  globalThis.__VU = 0;
  globalThis.__ITER = 0;
  const evaluated = {};
  // Values that most scripts never ask for are made when one does: their code would be in every VU's memory.
  function late(part, names, target = globalThis) {
    let made;
    for (const name of names) {
      Object.defineProperty(target, name, {
        configurable: true,
        get() { return (made ??= (0, eval)(call('late', part))(__loadr))[name]; },
        set(value) { Object.defineProperty(target, name, {value, configurable: true, enumerable: true, writable: true}); },
      });
    }
  }
  Object.defineProperty(globalThis, '__loadr', {value: Object.freeze({ask, call, direct, failed, start, timer, forget, late, listen, unlisten, turn: () => turns, describe, HostError, seed: number => bridge.seed(number)})});
  return bridge;
})()
"""
