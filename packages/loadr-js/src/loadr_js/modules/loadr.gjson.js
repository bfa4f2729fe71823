// The paths of Response.json(), as k6 has them from GJSON: a.b, a.0, a.#, a.#.b, a.#(b=="c").d, a.#(b>1)#, a\.b, a*.

function split(path) {
  const parts = [];
  let part = '', depth = 0, quoted = false;
  for (let i = 0; i < path.length; i++) {
    const c = path[i];
    if (c === '\\' && i + 1 < path.length) { part += depth ? c + path[++i] : '\\' + path[++i]; continue; }
    if (c === '"') quoted = !quoted;
    if (!quoted && (c === '(' || c === '[')) depth++;
    if (!quoted && (c === ')' || c === ']')) depth--;
    if ((c === '.' || c === '|') && !depth && !quoted) { parts.push(part); part = ''; } else part += c;
  }
  parts.push(part);
  return parts;
}

const plain = part => part.replace(/\\(.)/g, '$1');

function wildcard(part) {
  const pattern = part.replace(/\\(.)|([.+^${}()|[\]])|(\*)|(\?)/g,
    (_, escaped, special, star, one) => escaped ? '\\' + escaped : special ? '\\' + special : star ? '.*' : '.');
  return new RegExp(`^${pattern}$`, 's');
}

function operand(text) {
  const trimmed = text.trim();
  try { return JSON.parse(trimmed); } catch (_) { return trimmed; }
}

const OPERATORS = ['==', '!=', '<=', '>=', '!%', '=', '<', '>', '%'];

function condition(query) {
  let depth = 0;
  for (let i = 0; i < query.length; i++) {
    if (query[i] === '"') break;
    if (query[i] === '(') depth++;
    if (query[i] === ')') depth--;
    if (depth) continue;
    const operator = OPERATORS.find(o => query.startsWith(o, i));
    if (operator) {
      const path = query.slice(0, i).trim(), right = operand(query.slice(i + operator.length));
      return element => {
        const left = path === '' ? element : select(element, path);
        if (left === undefined) return false;
        switch (operator) {
          case '=': case '==': return left === right;
          case '!=': return left !== right;
          case '<': return typeof left === typeof right && left < right;
          case '<=': return typeof left === typeof right && left <= right;
          case '>': return typeof left === typeof right && left > right;
          case '>=': return typeof left === typeof right && left >= right;
          case '%': return wildcard(String(right)).test(String(left));
          default: return !wildcard(String(right)).test(String(left));
        }
      };
    }
  }
  return element => select(element, query.trim()) !== undefined;
}

function walk(value, parts) {
  if (!parts.length) return value;
  const [part, ...rest] = parts;
  if (Array.isArray(value)) {
    if (part === '#') {
      if (!rest.length) return value.length;
      return value.map(element => walk(element, rest)).filter(found => found !== undefined);
    }
    if (part.startsWith('#(') || part.startsWith('#[')) {
      const all = part.endsWith('#');
      const holds = condition(part.slice(2, all ? -2 : -1));
      if (!all) {
        const found = value.find(holds);
        return found === undefined ? undefined : walk(found, rest);
      }
      const found = value.filter(holds);
      if (!rest.length) return found;
      return rest[0] === '#' ? walk(found, rest) : found.map(element => walk(element, rest)).filter(v => v !== undefined);
    }
    return /^\d+$/.test(part) && +part < value.length ? walk(value[+part], rest) : undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  if (/(^|[^\\])[*?]/.test(part)) {
    const pattern = wildcard(part);
    const key = Object.keys(value).find(key => pattern.test(key));
    return key === undefined ? undefined : walk(value[key], rest);
  }
  const key = plain(part);
  return Object.hasOwn(value, key) ? walk(value[key], rest) : undefined;
}

export function select(value, path) {
  if (path === '@this' || path === '') return value;
  return walk(value, split(path));
}
