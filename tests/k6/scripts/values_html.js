import { check } from 'k6';
import { parseHTML } from 'k6/html';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const page = `<html><head><title>A page</title></head><body class="b c" id="top">
<ul id="list"><li class="x" data-id="7" data-more='{"a":1}'>one</li><li>two <b>bold</b></li><li class="x y">three</li></ul>
<a href="/next?a=1#f" rel="nofollow" target="_top">Next</a><p>first</p><p>second</p>
<form id="f" action="/send" method="post"><input name="a" value="1"><input type="checkbox" value="on" checked>
<input type="checkbox" name="d" value="off"><select name="s"><option value="x">X</option><option value="y" selected>Y</option></select>
<textarea name="t">text</textarea><input type="hidden" name="h" value="&lt;q&gt;"><button name="go" value="1">Go</button></form></body></html>`;

export default function () {
  const doc = parseHTML(page);
  const texts = selection => selection.map((_, element) => element.text());
  const ids = selection => selection.toArray().map(one => one.text().trim());
  tell('title', doc.find('title').text());
  tell('size', doc.find('li').size());
  tell('first last eq', [doc.find('li').first().text(), doc.find('li').last().text(), doc.find('li').eq(1).text(), doc.find('li').eq(-1).text()]);
  tell('attr', [doc.find('li').attr('class'), doc.find('li').attr('none', 'default'), doc.find('li').eq(1).attr('class')]);
  tell('data', [doc.find('li').data('id'), doc.find('li').data('more'), Object.entries(doc.find('li').data()).sort()]);
  tell('html', doc.find('li').eq(1).html());
  tell('children', [doc.find('ul').children().size(), doc.find('ul').children('.x').size()]);
  tell('closest', doc.find('b').closest('ul').attr('id'));
  tell('contents', doc.find('li').eq(1).contents().size());
  tell('filter', [ids(doc.find('li').filter('.y')), ids(doc.find('li').filter((i, e) => i === 1))]);
  tell('has is not', [doc.find('li').has('b').size(), doc.find('li').is('.y'), doc.find('li').not('.x').size()]);
  tell('map', texts(doc.find('p')));
  tell('siblings', [ids(doc.find('li').first().next()), doc.find('li').first().nextAll().size(), doc.find('li').first().nextUntil('.y').size(),
    ids(doc.find('li').last().prev()), doc.find('li').last().prevAll().size(), doc.find('li').last().prevUntil('[data-id]').size(), doc.find('li').eq(1).siblings().size()]);
  tell('parents', [doc.find('b').parent().size(), doc.find('b').parents().size(), doc.find('b').parentsUntil('body').size(), doc.find('b').parents('ul').attr('id')]);
  tell('slice', [ids(doc.find('li').slice(1)), ids(doc.find('li').slice(0, 2)), ids(doc.find('li').slice(-1))]);
  tell('val', [doc.find('input').val(), doc.find('select').val(), doc.find('textarea').val()]);
  tell('serialize', [doc.find('form').serialize(), doc.find('form').serializeArray(), doc.find('form').serializeObject().h]);
  tell('none', [doc.find('nope').size(), doc.find('nope').text(), doc.find('nope').attr('x') === undefined]);
  const seen = [];
  doc.find('li').each((index, element) => { seen.push([index, element.nodeName(), element.getAttribute('class')]); });
  tell('each', seen);
  const body = doc.find('body').get(0);
  tell('element', [body.nodeName(), body.id(), body.getAttribute('class'), body.hasAttribute('id'), body.childElementCount(), body.classList && body.classList()]);
  const link = doc.find('a').get(0);
  tell('link', [link.href(), link.text(), link.hash(), link.search(), link.pathname(), link.rel(), link.target(), link.innerHTML(), link.textContent()]);
  const list = doc.find('ul').get(0);
  tell('nodes', [list.firstElementChild().textContent(), list.lastElementChild().textContent(), list.children().length, list.parentNode().nodeName(), list.querySelector && list.querySelector('li') !== null]);
  const form = doc.find('form').get(0);
  tell('form', [form.method(), form.action().endsWith('/send'), form.elements && form.elements().length, form.name && form.name()]);
  const input = doc.find('input').get(1);
  tell('input', [input.type(), input.value(), input.checked(), doc.find('select').get(0).selectedIndex(), doc.find('select').get(0).value(), doc.find('option').get(1).selected()]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
