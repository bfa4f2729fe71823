// What a plan's script has as globals, without an import, beside k6's modules. An object body given to the
// global `http` is JSON; an imported `k6/http` keeps k6's rule (a form).
import {check, fail, group, sleep} from 'k6';
import crypto_ from 'k6/crypto';
import encoding from 'k6/encoding';
import execution from 'k6/execution';
import k6http, {FileData, Response} from 'k6/http';
import {Counter, Gauge, Rate, Trend} from 'k6/metrics';

const {call} = __loadr;

// ---------------------------------------------------------------- http

function asJson(body, params) {
  const isPlain = body !== null && typeof body === 'object'
    && !(body instanceof ArrayBuffer) && !ArrayBuffer.isView(body)
    && !Object.values(body).some(value => value instanceof FileData);
  if (!isPlain) return [body, params];
  const headers = params?.headers ?? {};
  const named = Object.keys(headers).some(name => name.toLowerCase() === 'content-type');
  return [JSON.stringify(body), {...params, headers: named ? headers : {...headers, 'Content-Type': 'application/json'}}];
}
const withBody = send => (url, body, params) => send(url, ...asJson(body, params));
globalThis.http = {
  ...k6http,
  request: (method, url, body, params) => k6http.request(method, url, ...asJson(body, params)),
  asyncRequest: (method, url, body, params) => k6http.asyncRequest(method, url, ...asJson(body, params)),
  post: withBody(k6http.post), put: withBody(k6http.put), patch: withBody(k6http.patch),
  del: withBody(k6http.del), options: withBody(k6http.options),
};
Object.defineProperties(Response.prototype, {
  duration_ms: {configurable: true, get() { return this.timings.duration; }},
  protocol: {configurable: true, get() { return this.proto; }},
  headers: {
    configurable: true,
    get() {
      const found = call('response_headers', this._number());
      const lower = Object.fromEntries(Object.entries(found).map(([name, value]) => [name.toLowerCase(), value]));
      return new Proxy(found, {
        get: (target, name) => typeof name === 'string' ? target[name] ?? lower[name.toLowerCase()] : target[name],
        has: (target, name) => name in target || String(name).toLowerCase() in lower,
      });
    },
  },
});

// A response of the plan, for expressions; nothing where there was none yet.
globalThis.__loadr_adopt = answer => answer === null || answer === undefined ? answer : new Response(answer, answer[0], answer[3]);

// ---------------------------------------------------------------- session

const recorder = kind => (name, value = 1, tags = null) => {
  call('metric_declare', kind, String(name), false);
  call('metric_add', String(name), Number(value), tags);
};
globalThis.session = Object.freeze({
  get vu() { return execution.vu.idInTest; },
  get iteration() { return execution.vu.iterationInScenario; },
  get scenario() { return execution.scenario.name; },
  vars: new Proxy({}, {
    get: (_, name) => typeof name === 'string' ? call('var_get', name) ?? undefined : undefined,
    set(_, name, value) { call('var_set', String(name), value ?? null); return true; },
    deleteProperty(_, name) { call('var_set', String(name), null); return true; },
    has: (_, name) => name in call('vars'),
    ownKeys: () => Object.keys(call('vars')),
    getOwnPropertyDescriptor(_, name) {
      const value = call('var_get', String(name)) ?? undefined;
      return value === undefined ? undefined : {value, enumerable: true, configurable: true, writable: true};
    },
  }),
  data: name => call('row', String(name)),
  cookieGet: (url, name) => call('jar_get', 0, String(url))[name]?.[0],
  cookieSet: (url, name, value, options) => k6http.cookieJar().set(url, name, value, options),
  cookieClear: url => k6http.cookieJar().clear(url),
  counterAdd: recorder('counter'), gaugeSet: recorder('gauge'), rateAdd: recorder('rate'), trendAdd: recorder('trend'),
});

// ---------------------------------------------------------------- handleSummary

// The metrics are an array, and can also be reached by k6's names, in k6's shape.
globalThis.__loadr_summary = ({k6_metrics, ...data}) => { Object.assign(data.metrics, k6_metrics); return data; };

// ---------------------------------------------------------------- the rest

Object.assign(globalThis, {check, fail, group, sleep, Counter, Gauge, Rate, Trend, encoding});
Object.assign(globalThis.crypto, crypto_, {uuidv4: () => globalThis.crypto.randomUUID()});
