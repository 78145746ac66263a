import { FairleadError } from '../../common/errors';
import { withCluster } from '../cluster/with-cluster';
import { type OutputFormat, printStructured } from '../print/structured';
import type { KeysOptions } from '../seal/options';
import type { Check, Finding, Scene } from './check';
import { checks } from './checks';

export interface DoctorOptions extends KeysOptions {
  readonly output?: OutputFormat;
}

interface CheckedFinding extends Finding {
  readonly check: string;
}

/** `fairlead doctor`: tells what is wrong in a cluster and what to do. Gives the exit code: 1 where anything failed. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const findings = await withCluster(options, async (client) => {
    await client.version();
    return await examine({ client, sealedSecretsNamespace: options.sealedSecretsNamespace, now: new Date() }, checks);
  });
  process.stdout.write(options.output === undefined ? findings.map(lineOf).join('') : printStructured(findings, options.output));
  return findings.some(({ level }) => level === 'fail') ? 1 : 0;
}

/** What all checks find. One that cannot look is a finding itself: the others still count. */
export async function examine(scene: Scene, all: readonly Check[]): Promise<readonly CheckedFinding[]> {
  const findings: CheckedFinding[] = [];
  for (const check of all) {
    const found = await check.look(scene).catch((error: unknown): readonly Finding[] => {
      if (!(error instanceof FairleadError)) throw error;
      return [{ level: 'warn', says: `cannot be looked at: ${error.detail}`, remedy: error.remedy }];
    });
    findings.push(...found.map((finding) => ({ check: check.name, ...finding })));
  }
  return findings;
}

function lineOf({ level, check, says, remedy }: CheckedFinding): string {
  return `${level.padEnd(4)}  ${check}: ${says}\n${remedy === undefined ? '' : `      ${remedy}\n`}`;
}
