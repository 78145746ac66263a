import { paintFor } from '../print/colour';
import { printTable } from '../print/table';
import type { Arrived } from './until-ready';

/** A row for each layer and release, then why those that are not ready are not. */
export function printArrived(all: readonly Arrived[]): string {
  const paint = paintFor(process.stdout);
  const rows = all.map(({ layer, release, state, seconds }) => [layer, release ?? '', state, seconds === undefined ? '' : `${seconds} s`]);
  const table = printTable(['environment', 'release', 'state', 'after'], rows);
  const faults = all
    .filter(({ state }) => state === 'waiting' || state === 'failed')
    .map(({ layer, release, reason = 'it is not ready', remedy }) => {
      const name = paint('red', release === undefined ? layer : `${layer} ${release}`);
      return `${name}: ${reason}\n${remedy === undefined ? '' : `  ${remedy}\n`}`;
    });
  return faults.length === 0 ? table : `${table}\n${faults.join('')}`;
}
