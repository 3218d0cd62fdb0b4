// The example month as far as the tablets go, for the stories of the real browser and the real window: what three
// people recorded is at the office, and nobody has read it yet.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const target = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../target');
/** The programs that were built: where `script/test` says, or where cargo puts them. */
export const programs = {
  office: process.env.ENTERVIEW_PROGRAM ?? join(target, 'debug', 'enterview'),
  tablet: process.env.ENTERVIEW_TABLET ?? join(target, 'debug', 'tablet'),
  rehearse: process.env.ENTERVIEW_REHEARSE ?? join(target, 'debug', 'rehearse'),
};
/** Where the example month lies, with its photos. */
export const example = join(import.meta.dirname, 'examples/hazel-court');
/** The example month as its file tells it. */
export const told = () => JSON.parse(readFileSync(join(example, 'scenario.json'), 'utf8'));

/** Plays the month, or what `change` makes of it, into a data folder; returns it with the office's part, and everybody's password. */
export function play(data, change = (whole) => whole) {
  const { office, ...whole } = told();
  const month = change(whole);
  const files = (_, value) => (typeof value === 'string' && /\.(jpg|csv)$/.test(value) ? join(example, value) : value);
  const scenario = join(data, 'month.json');
  writeFileSync(scenario, JSON.stringify(month, files));
  execFileSync(programs.rehearse, [scenario, join(data, 'out'), '--into', data], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { month: { ...month, office }, password: readFileSync(join(data, 'ready'), 'utf8').split('\n')[1] };
}
