// TypeScript, a module beside the script, and a file that is read at the start.
import { check } from 'k6';
import type { Options } from 'k6/options';
import { double, type Pair } from './lib/pairs.ts';

interface Told { name: string; value: unknown }
export const options: Options = { vus: 1, iterations: 2 };
const text: string = open('./lib/text.txt');
const tell = ({ name, value }: Told): boolean => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });

export default function (): void {
  const pair: Pair = double(21 as number);
  tell({ name: 'pair', value: pair });
  tell({ name: 'text', value: text!.trim() });
}
export function handleSummary(data: object) { return { stdout: JSON.stringify(data) }; }
