import { FairleadError } from '../../common/errors';
import { printTable } from '../print/table';
import type { Check } from './checks';

export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
}

/** All of them, also after one that fails. */
export async function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    try {
      results.push({ check: name, ok: true, message: await run() });
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      results.push({ check: name, ok: false, message: error.message, remedy: error.remedy });
    }
  }
  return results;
}

export function printChecks(results: readonly CheckResult[]): string {
  const rows = results.flatMap(({ check, ok, message, remedy }) => [
    [check, ok ? 'ok' : 'FAILED', message],
    ...(remedy === undefined ? [] : [['', '', remedy]]),
  ]);
  return printTable(['check', 'result', 'what'], rows);
}
