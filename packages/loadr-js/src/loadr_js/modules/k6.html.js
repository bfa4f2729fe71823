// k6/html: a selection of elements as jQuery knows it; the host holds the document.
const {call} = __loadr;

class Element {
  constructor(selection) { this._selection = selection; }
  get nodeName() { return this._selection._tag(); }
  nodeType() { return '1'; }
  textContent() { return this._selection.text(); }
  innerHTML() { return this._selection.html(); }
  getAttribute(name) { return this._selection.attr(name); }
  hasAttribute(name) { return this._selection.attr(name) !== undefined; }
  id() { return this._selection.attr('id') ?? ''; }
  className() { return this._selection.attr('class') ?? ''; }
  selection() { return this._selection; }
  attributes() { return call('html_attributes', this._selection._document, this._selection._nodes[0]); }
  parentElement() { return this._selection.parent().get(0); }
  children() { return this._selection.children().toArray(); }
}

export class Selection {
  constructor(document, nodes) {
    this._document = document;
    this._nodes = nodes;
  }
  _with(nodes) { const made = new Selection(this._document, nodes); made.url = this.url; return made; }
  _ask(what, ...args) { return call('html', what, this._document, this._nodes, args); }
  _tag() { return this._ask('tag'); }

  size() { return this._nodes.length; }
  get length() { return this._nodes.length; }
  find(selector) { return this._with(this._ask('find', String(selector))); }
  filter(by) {
    if (typeof by !== 'function') return this._with(this._ask('filter', String(by)));
    return this._with(this._nodes.filter((node, index) => by(index, new Element(this._with([node])))));
  }
  not(by) {
    const kept = new Set(this.filter(by)._nodes);
    return this._with(this._nodes.filter(node => !kept.has(node)));
  }
  is(selector) { return this.filter(selector).size() > 0; }
  has(selector) { return this._with(this._nodes.filter(node => this._with([node]).find(selector).size() > 0)); }
  children(selector) { return this._narrow('children', selector); }
  parent(selector) { return this._narrow('parent', selector); }
  parents(selector) { return this._narrow('parents', selector); }
  next(selector) { return this._narrow('next', selector); }
  nextAll(selector) { return this._narrow('next_all', selector); }
  prev(selector) { return this._narrow('prev', selector); }
  prevAll(selector) { return this._narrow('prev_all', selector); }
  siblings(selector) { return this._narrow('siblings', selector); }
  _narrow(what, selector) {
    const found = this._with(this._ask(what));
    return selector === undefined ? found : found.filter(selector);
  }
  closest(selector) { return this._with(this._ask('closest', String(selector))); }
  contents() { return this.children(); }
  eq(index) { return this._with(this._nodes.slice(index, index + 1 || undefined)); }
  first() { return this._with(this._nodes.slice(0, 1)); }
  last() { return this._with(this._nodes.slice(-1)); }
  slice(from, to) { return this._with(this._nodes.slice(from, to)); }
  add(other) { return this._with([...new Set([...this._nodes, ...(other instanceof Selection ? other : call_find(this, other))._nodes])]); }
  get(index) { return index === undefined ? this.toArray() : this._nodes.at(index) === undefined ? undefined : new Element(this._with([this._nodes.at(index)])); }
  toArray() { return this._nodes.map(node => this._with([node])); }
  each(visit) { this._nodes.forEach((node, index) => visit(index, new Element(this._with([node])))); return this; }
  map(visit) { return this._nodes.map((node, index) => visit(index, new Element(this._with([node])))); }
  [Symbol.iterator]() { return this.toArray()[Symbol.iterator](); }

  text() { return this._ask('text'); }
  html() { return this._ask('inner') ?? undefined; }
  attr(name, otherwise) { return this._ask('attr', String(name)) ?? otherwise; }
  data(name) {
    const value = this.attr(`data-${String(name).replace(/[A-Z]/g, c => '-' + c.toLowerCase())}`);
    if (value === undefined) return undefined;
    try { return JSON.parse(value); } catch (_) { return value; }
  }
  val() { return this._ask('val') ?? undefined; }
  serializeArray() { return this._ask('fields'); }
  serializeObject() { return Object.fromEntries(this.serializeArray().map(({name, value}) => [name, value])); }
  serialize() { return new URLSearchParams(this.serializeArray().map(({name, value}) => [name, value])).toString(); }
}

const call_find = (selection, selector) => new Selection(selection._document, call('html', 'root_find', selection._document, [], [String(selector)]));

export function parseHTML(text) {
  const [document, root] = call('html_parse', String(text));
  return new Selection(document, [root]);
}
export default {Selection, parseHTML};
