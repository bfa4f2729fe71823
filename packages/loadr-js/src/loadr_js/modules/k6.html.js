// k6/html: a selection of elements as jQuery knows it; the host holds the document.
const {call} = __loadr;

// An element as k6 has it: what a browser has as properties are functions, and attributes are read as they are.
const TEXTS = {className: 'class', htmlFor: 'for', acceptCharset: 'accept-charset', httpEquiv: 'http-equiv'};
for (const name of ['id', 'name', 'type', 'rel', 'target', 'title', 'lang', 'hreflang', 'media', 'alt', 'src', 'placeholder', 'pattern',
  'accept', 'autocomplete', 'enctype', 'label', 'min', 'max', 'step', 'content', 'charset', 'download', 'href', 'action']) TEXTS[name] = name;
const FLAGS = {readonly: 'readonly', noValidate: 'novalidate'};
for (const name of ['checked', 'disabled', 'required', 'multiple', 'autofocus', 'selected', 'defer', 'async', 'hidden', 'reversed']) FLAGS[name] = name;
const OF_URLS = ['hash', 'host', 'hostname', 'origin', 'password', 'pathname', 'port', 'protocol', 'search', 'username'];

class Element {
  constructor(selection) { this._selection = selection; }
  _related(what) { const found = this._selection._narrow(what); return found.size() ? new Element(found.first()) : null; }
  _at(list, index) { return list.at(index) ?? null; }
  nodeName() { return this._selection._tag(); }
  nodeType() { return '1'; }
  nodeValue() { return undefined; }
  toString() { return this.nodeName(); }
  textContent() { return this._selection.text(); }
  text() { return this._selection.text(); }
  innerHTML() { return this._selection.html(); }
  getAttribute(name) { return this._selection.attr(name); }
  hasAttribute(name) { return this._selection.attr(name) !== undefined; }
  hasAttributes() { return Object.keys(this.attributes()).length > 0; }
  attributes() { return call('html_attributes', this._selection._document, this._selection._nodes[0]); }
  classList() { return this.className().split(/\s+/).filter(Boolean); }
  selection() { return this._selection; }
  children() { return this._selection.children()._elements(); }
  childElementCount() { return this.children().length; }
  hasChildNodes() { return this.childNodes().length > 0; }
  childNodes() { return this._selection.contents()._elements(); }
  firstChild() { return this._at(this.childNodes(), 0); }
  lastChild() { return this._at(this.childNodes(), -1); }
  firstElementChild() { return this._at(this.children(), 0); }
  lastElementChild() { return this._at(this.children(), -1); }
  nextElementSibling() { return this._related('next'); }
  previousElementSibling() { return this._related('prev'); }
  parentElement() { return this._related('parent'); }
  parentNode() { return this._related('parent'); }
  querySelector(selector) { return this._at(this.querySelectorAll(selector), 0); }
  querySelectorAll(selector) { return this._selection.find(selector)._elements(); }
  contains(other) { return this.isSameNode(other) || other._selection.parents()._nodes.includes(this._selection._nodes[0]); }
  isSameNode(other) { return this._selection._nodes[0] === other._selection._nodes[0]; }
  isEqualNode(other) { return this.nodeName() === other.nodeName() && this.innerHTML() === other.innerHTML(); }
  value() { return this._selection.val() ?? ''; }
  method() { return (this._selection.attr('method') ?? 'get').toLowerCase(); }
  form() { const form = this._selection.closest('form'); return form.size() ? new Element(form) : null; }
  elements() { return this._selection.find('input, select, textarea, button, fieldset, object, output')._elements(); }
  length() { return this.nodeName() === 'select' ? this.options().length : this.elements().length; }
  options() { return this._selection.find('option')._elements(); }
  selectedOptions() { return this.options().filter(option => option.selected()); }
  selectedIndex() { return this.options().findIndex(option => option.selected()); }
  index() { return this._selection.prevAll('option').size(); }
}
for (const [name, attribute] of Object.entries(TEXTS))
  Element.prototype[name] = function () { return this._selection.attr(attribute) ?? ''; };
for (const [name, attribute] of Object.entries(FLAGS))
  Element.prototype[name] = function () { return this.hasAttribute(attribute); };
// Of a relative link in a page of unknown address, only these are known.
const OF_PATHS = new Set(['hash', 'pathname', 'search']);
for (const part of OF_URLS) Element.prototype[part] = function () {
  const href = this._selection.attr('href') ?? '', base = this._selection.url;
  const isKnown = base !== undefined || /^[a-z][a-z0-9+.-]*:/i.test(href);
  if (!isKnown && !OF_PATHS.has(part)) return '';
  try { return new URL(href, isKnown ? base : 'http://unknown.invalid/')[part]; } catch (_) { return ''; }
};

export class Selection {
  constructor(document, nodes) {
    this._document = document;
    this._nodes = nodes;
  }
  _with(nodes) { const made = new Selection(this._document, nodes); made.url = this.url; made._previous = this; return made; }
  // What k6 takes as well where it takes a selector: the nodes of another selection, or an element.
  _among(of) {
    if (of instanceof Selection) return new Set(of._nodes);
    return of instanceof Element ? new Set(of._selection._nodes) : undefined;
  }
  _ask(what, ...args) { return call('html', what, this._document, this._nodes, args); }
  _tag() { return this._ask('tag'); }

  size() { return this._nodes.length; }
  get length() { return this._nodes.length; }
  find(selector) {
    const wanted = this._among(selector);
    if (wanted === undefined) return this._with(this._ask('find', String(selector)));
    return this._with([...wanted].filter(node => this._with([node]).parents()._nodes.some(above => this._nodes.includes(above))));
  }
  filter(by) {
    const wanted = this._among(by);
    if (wanted !== undefined) return this._with(this._nodes.filter(node => wanted.has(node)));
    if (typeof by !== 'function') return this._with(this._ask('filter', String(by)));
    return this._with(this._nodes.filter((node, index) => by(index, this._with([node]))));
  }
  not(by) {
    const kept = new Set(this.filter(by)._nodes);
    return this._with(this._nodes.filter(node => !kept.has(node)));
  }
  is(selector) { return this.filter(selector).size() > 0; }
  end() { return this._previous ?? this._with([]); }
  has(selector) { return this._with(this._nodes.filter(node => this._with([node]).find(selector).size() > 0)); }
  children(selector) { return this._narrow('children', selector); }
  parent(selector) { return this._narrow('parent', selector); }
  parentsUntil(selector, filter) { return this._until('parents', selector, filter); }
  parents(selector) { return this._narrow('parents', selector); }
  next(selector) { return this._narrow('next', selector); }
  nextUntil(selector, filter) { return this._until('next_all', selector, filter); }
  nextAll(selector) { return this._narrow('next_all', selector); }
  prev(selector) { return this._narrow('prev', selector); }
  prevUntil(selector, filter) { return this._until('prev_all', selector, filter); }
  prevAll(selector) { return this._narrow('prev_all', selector); }
  siblings(selector) { return this._narrow('siblings', selector); }
  _narrow(what, selector) {
    const found = this._with(this._ask(what));
    return selector === undefined ? found : found.filter(selector);
  }
  // Of each node what comes before the first that a selector matches.
  _until(what, selector, filter) {
    const kept = this._nodes.flatMap(node => {
      const found = this._with([node])._narrow(what);
      const ends = new Set(selector === undefined || selector === null ? [] : found.filter(selector)._nodes);
      const end = found._nodes.findIndex(one => ends.has(one));
      return end < 0 ? found._nodes : found._nodes.slice(0, end);
    });
    const reached = this._with([...new Set(kept)]);
    return filter === undefined || filter === null ? reached : reached.filter(filter);
  }
  closest(selector) {
    const wanted = this._among(selector);
    if (wanted === undefined) return this._with(this._ask('closest', String(selector)));
    const found = this._nodes.map(node => [node, ...this._with([node]).parents()._nodes].find(one => wanted.has(one)));
    return this._with([...new Set(found.filter(one => one !== undefined))]);
  }
  contents() { return this._with(this._ask('contents')); }
  eq(index) { return this._with(this._nodes.slice(index, index + 1 || undefined)); }
  first() { return this._with(this._nodes.slice(0, 1)); }
  last() { return this._with(this._nodes.slice(-1)); }
  slice(from, to) { return this._with(this._nodes.slice(from, to)); }
  add(other) { return this._with([...new Set([...this._nodes, ...(other instanceof Selection ? other : call_find(this, other))._nodes])]); }
  get(index) {
    if (index === undefined) return this._elements();
    const node = this._nodes.at(index);
    return node === undefined ? undefined : this._element(node);
  }
  _element(node) { return new Element(this._with([node])); }
  _elements() { return this._nodes.map(node => this._element(node)); }
  toArray() { return this._nodes.map(node => this._with([node])); }
  each(visit) { this._nodes.forEach((node, index) => visit(index, this._element(node))); return this; }
  map(visit) { return this._nodes.map((node, index) => visit(index, this._with([node]))); }
  [Symbol.iterator]() { return this.toArray()[Symbol.iterator](); }

  text() { return this._ask('text'); }
  html() { return this._ask('inner') ?? ''; }
  attr(name, otherwise) { return this._ask('attr', String(name)) ?? otherwise; }
  data(name) {
    if (name === undefined) {
      const given = this._nodes.length ? call('html_attributes', this._document, this._nodes[0]) : {};
      const camel = key => key.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
      return Object.fromEntries(Object.keys(given).filter(key => key.startsWith('data-')).map(key => [camel(key), this.data(camel(key))]));
    }
    const value = this.attr(`data-${String(name).replace(/[A-Z]/g, c => '-' + c.toLowerCase())}`);
    if (value === undefined || value === '') return undefined;
    try { return JSON.parse(value); } catch (_) { return value; }
  }
  val() { return this._ask('val') ?? undefined; }
  serializeArray() { return this._ask('fields'); }
  serializeObject() { return Object.fromEntries(this.serializeArray().map(({name, value}) => [name, value])); }
  serialize() {
    const fields = new URLSearchParams(this.serializeArray().flatMap(({name, value}) => [value].flat().map(one => [name, one])));
    fields.sort(); // as k6
    return fields.toString();
  }
}

const call_find = (selection, selector) => new Selection(selection._document, call('html', 'root_find', selection._document, [], [String(selector)]));

export function parseHTML(text) {
  const [document, root] = call('html_parse', String(text));
  return new Selection(document, [root]);
}
export default {Selection, parseHTML};
