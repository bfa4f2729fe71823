import { check } from 'k6';
import csv from 'k6/experimental/csv';
import { SeekMode, open } from 'k6/experimental/fs';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const sorted = row => Array.isArray(row) ? row : Object.entries(row).sort();
const all = rows => Array.from({ length: rows.length }, (_, index) => sorted(rows[index]));

const file = await open('lib/people.csv');
const table = await open('lib/people.csv');
const plain = await csv.parse(await open('lib/people.csv'));
const skipped = await csv.parse(await open('lib/people.csv'), { skipFirstLine: true });
const objects = await csv.parse(await open('lib/people.csv'), { asObjects: true });
const part = await csv.parse(await open('lib/people.csv'), { fromLine: 1, toLine: 2 });
const parser = new csv.Parser(table, { skipFirstLine: true });
let missing;
try { await open('lib/nobody.csv'); } catch (error) { missing = error.name; }

export const options = { iterations: 1 };

async function failure(what) {
  try { return await what(); } catch (error) { return [error.name, error.message]; }
}

export default async function () {
  tell('plain', all(plain));
  tell('skipped', all(skipped));
  tell('objects', all(objects));
  tell('part', all(part));
  for (let row = await parser.next(); ; row = await parser.next()) {
    tell(`next ${row.done}`, row.value);
    if (row.done) break;
  }
  tell('stat', await file.stat());
  const bytes = new Uint8Array(5), text = () => String.fromCharCode(...bytes);
  tell('read', [await file.read(bytes), text()]);
  tell('seek', [await file.seek(2, SeekMode.Start), await file.read(bytes), text()]);
  tell('seek on', [await file.seek(1, SeekMode.Current), await file.seek(-3, SeekMode.End), await file.read(bytes), text()]);
  tell('end', [await file.read(bytes), await file.read(bytes)]);
  tell('beyond', await failure(() => file.seek(500, SeekMode.Start)));
  tell('seeks', await Promise.all([[0, 2], [1, 2], [-69, 2], [-1, 0], [0, 0], [9, 1], [-100, 1], [0.5, 0]].map(([offset, whence]) => failure(() => file.seek(offset, whence)))));
  tell('no mode', await failure(() => file.seek(1, 7)));
  tell('no bytes', await failure(() => file.read('x')));
  tell('nothing', [await file.seek(0, SeekMode.Start), await file.read(new Uint8Array(0))]);
  tell('late', await failure(() => open('lib/people.csv')));
  tell('missing', missing);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
