import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject, nameOf } from '../../model/object';
import { filePath } from '../../synth/file-name';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { withCluster } from '../cluster/with-cluster';
import { Clone, type GitCommit } from '../history/git-commits';
import { findAny } from '../live/find-any';
import { commitOf, layerOf, shortRevision } from '../live/layers';
import type { LiveOptions } from '../live/options';
import { readWorld } from '../live/read-world';
import { servedKind } from '../live/served-kind';
import { targetCalled } from '../live/target';
import { refOf } from '../live/world';
import { projectAt } from '../locks/project';
import { printAge } from '../print/age';
import { type OutputFormat, printStructured } from '../print/structured';
import { type Chain, climb } from './climb';
import { findInProgram, type InProgram } from './in-program';

export interface TraceOptions extends LiveOptions {
  readonly namespace?: string;
  readonly output?: OutputFormat;
  readonly program: boolean;
}

/** Where an object comes from, as `-o json` prints it. What is not known is left out. */
interface Origin {
  /** From the object to its source. */
  readonly objects: readonly string[];
  readonly release?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly revision?: string;
  /** From the folder of cdk8s.yaml. */
  readonly file?: string;
  /** The last that changed the file, up to what is applied. */
  readonly commit?: GitCommit;
  readonly construct?: string;
  readonly places?: readonly string[];
  /** Why there is no more. */
  readonly missing?: string;
}

/** `fairlead trace`: from any object to the line of the program. */
export async function runTrace(target: string, options: TraceOptions): Promise<void> {
  const chain = await withCluster(options, async (client) => await climb(client, await objectCalled(client, target, options)));
  const cwd = process.cwd();
  const found = await originOf(chain, cwd, options.program);
  process.stdout.write(options.output === undefined ? describe(found, new Date()) : printStructured(found, options.output));
}

/** An object is read alone; whoever names an environment or a release needs to know what there is. */
async function objectCalled(client: KubeClient, target: string, options: TraceOptions): Promise<KubeObject> {
  const [word = '', name] = target.split('/');
  const isKind = name !== undefined && (await servedKind(client, word)) !== undefined;
  if (isKind) return await findAny(client, target, options.namespace);
  return targetCalled(target, await readWorld(client, { ...options, workloads: false }), options.namespace);
}

async function originOf(chain: Chain, cwd: string, isProgramRun: boolean): Promise<Origin> {
  const names = chain.objects.map((object) => nameOf(refOf(object)));
  const release = chain.objects.find(({ kind }) => kind === 'HelmRelease');
  const known = { objects: names, ...(release !== undefined && { release: nameOf(refOf(release)) }) };
  const { applied, kustomization } = chain;
  if (applied === undefined || kustomization === undefined)
    return { ...known, missing: 'no Kustomization says it is its own: it was made by hand, or by somebody else' };
  const layer = layerOf(kustomization);
  const revision = kustomization.status?.lastAppliedRevision;
  const live = {
    ...known,
    environment: layer.name,
    ...(layer.cluster !== undefined && { cluster: layer.cluster }),
    ...(revision !== undefined && { revision }),
  };
  if (nearest(cwd, CONFIG_FILE) === undefined) return { ...live, missing: 'file, commit and line are in the project: run it there' };
  return { ...live, ...(await inProject(applied, kustomization.spec.path ?? '', revision, cwd, isProgramRun)) };
}

/** File, commit and line, as far as the project has them. */
async function inProject(
  applied: KubeObject,
  path: string,
  revision: string | undefined,
  cwd: string,
  isProgramRun: boolean,
): Promise<Partial<Origin>> {
  const { root, output } = projectAt(cwd);
  const [cluster = '', layer = ''] = path
    .split('/')
    .filter((part) => part !== '')
    .slice(-2);
  const inOutput = filePath({ cluster, layer }, idOf(applied));
  const file = `${output}/${inOutput}`;
  const clone = Clone.at(cwd);
  const applying = commitOf(revision);
  const [commit] = clone === undefined || applying === undefined ? [] : await clone.changing([file], 1, applying);
  const here = { file, ...(commit !== undefined && { commit }) };
  if (!existsSync(join(root, file))) return { ...here, missing: `${file} is not in the working tree: fetch what is applied` };
  if (!isProgramRun) return here;
  const made = await inProgram(cwd, inOutput);
  return 'missing' in made ? { ...here, ...made } : { ...here, construct: made.construct, places: made.places };
}

async function inProgram(cwd: string, file: string): Promise<InProgram | { readonly missing: string }> {
  try {
    return (await findInProgram(cwd, file)) ?? { missing: 'the program does not make that file any more' };
  } catch (error) {
    const told = error instanceof FairleadError ? `${error.message}; ${error.remedy}` : (error as Error).message;
    return { missing: `the program cannot be run: ${told}` };
  }
}

function describe({ objects, environment, cluster, revision, file, commit, construct, places = [], missing }: Origin, now: Date): string {
  const [first, ...owners] = objects;
  const [place, ...callers] = places;
  const rows: [string, string][] = [
    ...owners.map((owner): [string, string] => ['of', owner]),
    ...(environment === undefined ? [] : [['environment', cluster === undefined ? environment : `${environment} of ${cluster}`] as [string, string]]),
    ...(revision === undefined ? [] : [['revision', shortRevision(revision)] as [string, string]]),
    ...(file === undefined ? [] : [['file', file] as [string, string]]),
    ...(commit === undefined
      ? []
      : [['commit', `${commit.id.slice(0, 7)} ${commit.author}, ${printAge(commit.at, now)}: ${commit.subject}`] as [string, string]]),
    ...(construct === undefined ? [] : [['construct', construct] as [string, string]]),
    ...(place === undefined ? [] : [['program', place] as [string, string]]),
    ...callers.map((caller): [string, string] => ['called from', caller]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length), 0);
  return [
    `${first}\n`,
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}\n`),
    ...(missing === undefined ? [] : [`  ${missing}\n`]),
  ].join('');
}
