import { FairleadError } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { withCluster } from '../cluster/with-cluster';
import { readWorld } from '../live/read-world';
import type { World } from '../live/world';
import { type Paint, paintFor } from '../print/colour';
import { announced } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import type { KeysOptions } from '../seal/options';
import type { Check, Finding, Scene } from './check';
import { checks } from './checks';

export interface DoctorOptions extends KeysOptions {
  readonly agentNamespace: string;
  readonly output?: OutputFormat;
}

interface CheckedFinding extends Finding {
  readonly check: string;
}

/** `fairlead doctor`: tells what is wrong in a cluster and what to do. Gives the exit code: 1 where anything failed. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const findings = await withCluster(options, async (client) => {
    await client.version();
    return await announced('looking at the cluster …', examine(sceneOf(client, options, new Date()), checks));
  });
  process.stdout.write(
    options.output === undefined
      ? findings.map((finding) => lineOf(finding, paintFor(process.stdout))).join('')
      : printStructured(findings.map(plainFinding), options.output),
  );
  return findings.some(({ level }) => level === 'fail') ? 1 : 0;
}

function sceneOf(client: RawKubeClient, { sealedSecretsNamespace, agentNamespace }: DoctorOptions, now: Date): Scene {
  let world: Promise<World> | undefined;
  const read = () => {
    world ??= readWorld(client, { agentNamespace, now });
    return world;
  };
  return { client, sealedSecretsNamespace, agentNamespace, world: read, now };
}

/** What all checks find. One that cannot look is a finding itself: the others still count. */
export async function examine(scene: Scene, all: readonly Check[]): Promise<readonly CheckedFinding[]> {
  const findings: CheckedFinding[] = [];
  for (const check of all) {
    const found = await look(check, scene).catch((error: unknown): readonly Finding[] => {
      if (!(error instanceof FairleadError)) throw error;
      return [{ level: 'warn', says: `cannot be looked at: ${error.detail}`, remedy: error.remedy }];
    });
    findings.push(...found.map((finding) => ({ check: check.name, ...finding })));
  }
  return findings;
}

/** What may not be read must not be taken for absent. */
async function look(check: Check, scene: Scene): Promise<readonly Finding[]> {
  const { needs = [] } = check;
  const { unread } = needs.length === 0 ? { unread: new Map<string, string>() } : await scene.world();
  const hidden = needs.filter((kind) => unread.has(kind));
  if (hidden.length === 0) return await check.look(scene);
  return [{ level: 'warn', says: `cannot be looked at: you may not list ${hidden.join(', ')}`, remedy: 'ask for a role that may list them' }];
}

function plainFinding({ check, level, says, ...finding }: CheckedFinding): object {
  return { check, level, message: says, ...finding };
}

const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function lineOf({ level, check, says, remedy }: CheckedFinding, paint: Paint): string {
  return `${paint(STYLES[level], level.padEnd(4))}  ${check}: ${says}\n${remedy === undefined ? '' : `      ${remedy}\n`}`;
}
