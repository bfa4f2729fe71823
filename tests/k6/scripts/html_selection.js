// k6/html: the methods of Selection, one by one, in every form.
import { check } from 'k6';
import { parseHTML } from 'k6/html';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const page = `<html><head><title>A page</title></head><body class="b c" id="top">
<div id="one" class="box"><p class="x">first <b>bold</b> text</p><p id="mid">second</p><span>third</span><p class="x y">fourth</p></div>
<div id="two" class="box" data-num="5" data-yes="true" data-obj='{"a":[1]}' data-some-name="camel" data-empty=""><ul><li>1</li><li class="on">2</li><li>3</li><li class="off">4</li></ul><!-- a comment --></div>
<form id="f"><input name="text" value="t"><input name="empty"><input type="checkbox" name="c2"><input type="radio" name="r" value="r1">
<input type="submit" name="s" value="Send"><input type="file" name="file"><select name="one"><option>A</option><option value="b" selected>B</option></select>
<select name="many" multiple><option value="1" selected>1</option><option value="2">2</option><option value="3" selected>3</option></select><textarea name="area">some
text</textarea><button name="go" value="g">Go</button></form></body></html>`;
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };

export default function () {
  const doc = parseHTML(page);
  const ids = (selection) => selection.toArray().map((one) => one.attr('id') || one.text().trim().slice(0, 12));
  const first = doc.find('p').first();
  tell('find', [ids(doc.find('p')), ids(doc.find('.box').find('p')), ids(doc.find('#one > p')), ids(doc.find('p, span')), ids(doc.find('p:not(.x)')), ids(doc.find('li:nth-child(2)'))]);
  tell('find by a selection', attempt(() => ids(doc.find('div').find(doc.find('li.on')))));
  tell('add', [ids(first.add('span')), ids(first.add(doc.find('span'))), ids(first.add('p'))]);
  tell('attr', [doc.find('p').attr('class'), doc.find('p').attr('none') === undefined, doc.find('p').attr('none', 'otherwise'), doc.find('p').last().attr('class')]);
  tell('children', [ids(doc.find('#one').children()), ids(doc.find('#one').children('.x')), ids(doc.find('div').children('p'))]);
  tell('closest', [ids(doc.find('b').closest('div')), ids(doc.find('b').closest('b')), ids(doc.find('b').closest('nope')), attempt(() => ids(doc.find('b').closest(doc.find('#one'))))]);
  tell('contents', [first.contents().size(), first.contents().toArray().map((one) => one.text()), doc.find('#two').contents().size()]);
  const data = doc.find('#two');
  tell('data', [data.data('num'), data.data('yes'), data.data('obj'), data.data('some-name'), data.data('someName'), data.data('empty'), data.data('none') === undefined]);
  tell('data of all', Object.entries(data.data()).sort());
  const seen = [];
  doc.find('li').each((index, element) => { seen.push([index, element.textContent()]); });
  tell('each', seen);
  tell('eq', [ids(doc.find('p').eq(0)), ids(doc.find('p').eq(-1)), doc.find('p').eq(9).size()]);
  tell('filter', [ids(doc.find('p').filter('.x')), ids(doc.find('p').filter((index, element) => index === 1)), attempt(() => ids(doc.find('p').filter(doc.find('#mid'))))]);
  tell('first and last', [ids(doc.find('li').first()), ids(doc.find('li').last()), doc.find('none').first().size(), doc.find('none').last().size()]);
  tell('get', [doc.find('li').get(0).textContent(), doc.find('li').get(-1).textContent(), doc.find('li').get().length, doc.find('li').get(9) === undefined]);
  tell('has', [ids(doc.find('p').has('b')), attempt(() => ids(doc.find('div').has(doc.find('li'))))]);
  tell('html', [doc.find('#mid').html(), first.html(), doc.find('none').html() === undefined, doc.find('ul').html()]);
  tell('is', [first.is('p'), first.is('.y'), doc.find('p').is('.y'), attempt(() => first.is(doc.find('p'))), attempt(() => doc.find('p').is((index) => index === 1))]);
  tell('map', [doc.find('li').map((index, element) => `${index}${element.text()}`), doc.find('none').map(() => 1)]);
  tell('next', [ids(first.next()), ids(first.next('#mid')), ids(first.next('span'))]);
  tell('nextAll', [ids(first.nextAll()), ids(first.nextAll('p'))]);
  tell('nextUntil', [ids(first.nextUntil('span')), ids(first.nextUntil()), ids(first.nextUntil('none')), attempt(() => ids(first.nextUntil('.y', 'p'))), attempt(() => ids(first.nextUntil(doc.find('span'))))]);
  tell('not', [ids(doc.find('p').not('.x')), ids(doc.find('p').not((index, element) => index === 0)), attempt(() => ids(doc.find('p').not(doc.find('#mid'))))]);
  tell('parent', [ids(doc.find('b').parent()), ids(doc.find('p').parent()), ids(doc.find('p').parent('#one')), doc.find('p').parent('none').size()]);
  tell('parents', [doc.find('b').parents().size(), ids(doc.find('b').parents('div'))]);
  tell('parentsUntil', [ids(doc.find('b').parentsUntil('body')), ids(doc.find('b').parentsUntil('div')), attempt(() => ids(doc.find('b').parentsUntil('body', 'p'))), attempt(() => ids(doc.find('b').parentsUntil(doc.find('#one'))))]);
  const last = doc.find('#one').children().last();
  tell('prev', [ids(last.prev()), ids(last.prev('p'))]);
  tell('prevAll', [ids(last.prevAll()), ids(last.prevAll('p'))]);
  tell('prevUntil', [ids(last.prevUntil('#mid')), ids(last.prevUntil()), attempt(() => ids(last.prevUntil('#none', 'p'))), attempt(() => ids(last.prevUntil(doc.find('#mid'))))]);
  tell('siblings', [ids(doc.find('#mid').siblings()), ids(doc.find('#mid').siblings('p'))]);
  tell('slice', [ids(doc.find('li').slice(1)), ids(doc.find('li').slice(1, 3)), ids(doc.find('li').slice(-2)), ids(doc.find('li').slice(0, -1))]);
  tell('size', [doc.find('li').size(), doc.find('none').size(), doc.size()]);
  tell('text', [doc.find('li').text(), first.text(), doc.find('none').text(), doc.find('textarea').text()]);
  tell('toArray', [doc.find('li').toArray().length, doc.find('li').toArray()[1].text(), doc.find('li').toArray()[1].is('.on')]);
  tell('end', attempt(() => doc.find('li').end().size()));
  const field = (selector) => doc.find(selector).val();
  tell('val', [field('[name=text]'), field('[name=empty]') === undefined, field('[name=one]'), field('[name=many]'), field('textarea'), field('button'), field('option'), field('option[value=b]'), field('p') === undefined, field('none') === undefined]);
  const form = doc.find('form'), fields = form.serializeArray();
  tell('serializeArray', fields);
  tell('serializeObject', Object.entries(form.serializeObject()).sort());
  tell('serialize', form.serialize().split('&'));
  tell('wrong selectors', [attempt(() => doc.find(5).size())]);
  tell('odd pages', ['', 'text', '<p>open', '<!-- -->', '<td>cell</td>'].map((text) => [parseHTML(text).text(), parseHTML(text).find('p, td').size()]));
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
