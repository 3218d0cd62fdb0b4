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
const example = join(import.meta.dirname, 'examples/hazel-court');

/** Plays the month into a data folder; returns the file's words, with the office's part, and everybody's password. */
export function play(data) {
  const { office, ...month } = JSON.parse(readFileSync(join(example, 'scenario.json'), 'utf8'));
  const files = (_, value) => (typeof value === 'string' && /\.(jpg|csv)$/.test(value) ? join(example, value) : value);
  const scenario = join(data, 'month.json');
  writeFileSync(scenario, JSON.stringify(month, files));
  execFileSync(programs.rehearse, [scenario, join(data, 'out'), '--into', data], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { month: { ...month, office }, password: readFileSync(join(data, 'ready'), 'utf8').split('\n')[1] };
}
