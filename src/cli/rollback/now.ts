import { createAppliedObjects } from '../../agent/apply/applied-objects';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { DEFAULT_AGENT_NAMESPACE } from '../../model/labels';
import { idOf, type KubeObject, keyOf, nameOf } from '../../model/object';
import { CommitTree } from '../../preview/commit-tree';
import { createEngine } from '../../render/engine';
import { connectCluster } from '../cluster/connect';
import { objectsIn } from '../cluster/sync-objects';
import { projectAt } from '../locks/project';
import { entriesNamed, environmentOf, type LockedEntry } from '../locks/select-entries';
import { type AffectedObject, affectedObjects } from './affected-objects';
import { Checkout } from './checkout';
import { type CommittedEnvironment, environmentAt } from './followed-branch';
import { versionIn } from './good-revision';
import { localCommit } from './local-commit';
import { type ReleasePlan, ReleasesNow } from './release-now';
import { resumeLayer, resumeRelease } from './resume';
import { changesTable, lastReady, type RollbackOptions, rollbackTo } from './roll-back';
import { commitRollback } from './rollback-commit';
import { refuseTwice } from './rollback-hold';
import { type RollbackTarget, rollbackTarget, targetAt } from './target';
import { WorkloadsNow } from './workloads-now';

/** What a rollback at once works with. */
interface Scene {
  readonly checkout: Checkout;
  readonly head: string;
  readonly environment: CommittedEnvironment;
  readonly output: string;
  readonly root: string;
  readonly entries: readonly LockedEntry[];
  readonly client: KubeClient;
  readonly releases: ReleasesNow;
}

/**
 * Changes the cluster at once and leaves the commit for later: nothing is fetched and nothing pushed. What was changed is suspended, so
 * that the agent does not undo it. `tell` is called as things happen.
 */
export async function rollBackNow(
  environment: string,
  name: string | undefined,
  options: RollbackOptions,
  tell: (text: string) => void,
): Promise<void> {
  const client = connectCluster(options);
  if (client === undefined) throw errors.ClusterNeeded();
  const applied = createAppliedObjects(client, { agentNamespace: DEFAULT_AGENT_NAMESPACE });
  const engine = createEngine();
  const releases = new ReleasesNow({ client, applied }, engine);
  try {
    const { root, output } = projectAt(process.cwd());
    const checkout = Checkout.at(root);
    const choice = { environment, cluster: options.cluster };
    const { branch } = await environmentAt(checkout, (await checkout.commit('HEAD')) ?? '', output, choice);
    const head = (await checkout.lastKnownHead(branch)) ?? '';
    const there = await environmentAt(checkout, head, output, choice);
    const scene = { checkout, head, environment: there, output, root, entries: entriesNamed(there.files, name), client, releases };
    await changeCluster(scene, name, options, tell);
  } finally {
    releases.close();
    applied.close();
    client.close();
    await engine.close();
  }
}

/** All is planned before anything is changed. */
async function changeCluster(scene: Scene, name: string | undefined, options: RollbackOptions, tell: (text: string) => void): Promise<void> {
  const affected = await affectedBy(scene);
  const isRelease = ({ object }: AffectedObject) => object.kind === kinds.HelmRelease.kind;
  const workloads = affected.filter((one) => !isRelease(one));
  const known =
    options.to === undefined ? await byCommit(scene, workloads, options) : await targetAt(scene.checkout, scene.head, scene.entries, options.to);
  const wanted = known && new Map(known.wanted.map(({ one, to }) => [one, to]));
  const plans: ReleasePlan[] = [];
  for (const one of affected.filter(isRelease)) plans.push(await scene.releases.plan(one, wanted));
  const target = known ?? targetOf(plans);

  // This clone may be older than what runs: what its lock says already is held too.
  const rollback = rollbackTo(scene.root, scene.output, scene.environment, target, { reason: options.reason, held: target.wanted });
  const layer = workloads.length === 0 ? undefined : await WorkloadsNow.of(scene.client, scene.environment.sync.kustomization);
  tell(changesTable({ ...rollback, changes: target.wanted }));
  for (const { work, revision } of plans)
    tell(`${options.dryRun ? 'would roll back' : 'rolling back'} release ${nameIn(work.target)} to revision ${revision.version}\n`);
  if (options.dryRun) return;

  const made = await commitRollback(scene.checkout, scene.head, rollback);
  const after = await objectsAfter(scene, affected, made?.plan.edits ?? []);
  const resume: string[] = [];
  for (const plan of plans) {
    const { object, target: release } = plan.work;
    const released = await scene.releases.rollBack(plan);
    tell(`release ${nameIn(release)}: revision ${released.revision} is revision ${plan.revision.version} again, HelmRelease suspended\n`);
    const committed = affected.find((one) => keyOf(idOf(one.object)) === keyOf(idOf(object)));
    resume.push(...resumeRelease(committed?.object ?? object, after.get(keyOf(idOf(object))) ?? object));
  }
  if (layer !== undefined) {
    const objects = workloads.map(({ object }) => after.get(keyOf(idOf(object))) ?? object);
    await layer.apply(objects);
    tell(`applied ${objects.map((object) => nameOf(idOf(object))).join(', ')}, Kustomization ${layer.kustomization.metadata.name} suspended\n`);
    resume.push(...resumeLayer(layer.kustomization, scene.environment.sync.source, made?.id));
  }
  tell(await localCommit(scene, rollback, made, { again: againCommand(scene, name, options, target), resume }));
}

/** @throws NowNotAutomatic where nothing in the output tells which objects an entry reaches */
async function affectedBy({ checkout, head, output, entries }: Scene): Promise<AffectedObject[]> {
  const tree = new CommitTree(checkout.place, head, checkout.prefix);
  try {
    const affected = await affectedObjects(tree, output, entries);
    const lost = entries.filter((one) => !affected.some((object) => object.entries.includes(one)));
    if (lost.length > 0) throw errors.NowNotAutomatic({ entries: lost.map(({ key }) => key).join(', ') });
    return affected;
  } finally {
    tree.close();
  }
}

/** Helm's history tells what releases ran before; of plain objects only commits do. */
async function byCommit(scene: Scene, workloads: readonly AffectedObject[], options: RollbackOptions): Promise<RollbackTarget | undefined> {
  refuseTwice(scene.entries);
  return workloads.length === 0 ? undefined : lastReady(scene.checkout, scene.environment, scene.entries, options);
}

function targetOf(plans: readonly ReleasePlan[]): RollbackTarget {
  const wanted = plans.flatMap(({ entries, decoded }) =>
    entries.flatMap((one) => {
      const to = versionIn(decoded, one.key, one.entry.ref.name);
      return to === undefined ? [] : [{ one, to: one.entry.ref.digest === undefined ? { name: to.name, tag: to.tag } : to }];
    }),
  );
  return rollbackTarget(wanted, `revision ${plans.map(({ work, revision }) => `${revision.version} of ${nameIn(work.target)}`).join(', ')}`);
}

/** The objects as their files are after the rollback, by key. */
async function objectsAfter(
  { checkout, head }: Scene,
  affected: readonly AffectedObject[],
  edits: readonly { readonly path: string; readonly text: string }[],
): Promise<Map<string, KubeObject>> {
  const tree = new CommitTree(checkout.place, head, checkout.prefix);
  try {
    const objects = new Map<string, KubeObject>();
    for (const { path } of affected) {
      const text = edits.find((edit) => edit.path === path)?.text ?? (await tree.read(path)) ?? '';
      for (const object of objectsIn(text, path)) objects.set(keyOf(idOf(object)), object);
    }
    return objects;
  } finally {
    tree.close();
  }
}

function nameIn({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** The rollback by commit that says the same. */
function againCommand({ environment }: Scene, name: string | undefined, options: RollbackOptions, { wanted, from }: RollbackTarget): string {
  const to = options.to ?? (wanted.length === 1 ? wanted[0].to.tag : (/^commit (\w+)$/.exec(from)?.[1] ?? '<commit>'));
  return ['fairlead rollback', environmentOf(environment.files), ...(name === undefined ? [] : [name]), '--to', to].join(' ');
}
