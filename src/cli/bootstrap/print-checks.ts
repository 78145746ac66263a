import { FairleadError } from '../../common/errors';
import { printTable } from '../print/table';
import type { Check } from './checks';

export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  /** What to do. */
  readonly next?: string;
}

/** All of them, also after one that fails. */
export async function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    try {
      results.push({ check: name, ok: true, says: await run() });
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      results.push({ check: name, ok: false, says: error.message, next: error.remedy });
    }
  }
  return results;
}

export function printChecks(results: readonly CheckResult[]): string {
  const rows = results.flatMap(({ check, ok, says, next }) => [[check, ok ? 'ok' : 'FAILED', says], ...(next === undefined ? [] : [['', '', next]])]);
  return printTable(['check', 'result', 'what'], rows);
}
