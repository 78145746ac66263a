import { errors } from '../../common/errors';
import { isAlreadyExists } from '../../kube/status-error';
import type { Content } from '../../model/content';
import { crdPolicy } from '../../objects/crd-policy';
import type { Capabilities, DecodedRelease, RenderResult } from '../../render/types';
import { applyCrds } from './crds';
import type { ReleaseOptions } from './helm-release';
import { DEFAULT_MAX_HISTORY } from './history';
import { lookupIn } from './lookup';
import type { Ingredients } from './release-state';
import { carryOut, setStatus } from './revision-change';
import { namespaceId, timeoutMs, type Work } from './work';

/** What a release is to be made of. */
export interface Wanted {
  readonly chart: Content;
  readonly values: unknown;
  readonly made: Ingredients;
}

/** Renders and installs or upgrades. What goes wrong before Helm's storage is written is thrown as it is; after it, as `ChangeFailed`. */
export async function release(work: Work, action: 'install' | 'upgrade', wanted: Wanted): Promise<DecodedRelease> {
  const { object, target, storage } = work;
  const options: ReleaseOptions = (action === 'install' ? object.spec.install : object.spec.upgrade) ?? {};
  const revisions = await storage.revisions(target.storageNamespace, target.name);
  const version = (revisions.at(-1)?.version ?? 0) + 1;
  const rendered = await render(work, action, wanted, version, options);
  if (action === 'install' && object.spec.install?.createNamespace && object.spec.targetNamespace !== undefined) await createNamespace(work);

  return carryOut(work, {
    action,
    version,
    record: rendered.record,
    objects: rendered.objects,
    hooks: rendered.hooks,
    made: wanted.made,
    ...choices(work, options),
    force: action === 'upgrade' && (object.spec.upgrade?.force ?? false),
    takesOwnership: !options.disableTakeOwnership,
  });
}

/** Back to an earlier revision, as a new one. */
export async function rollBack(work: Work, toVersion: number): Promise<DecodedRelease> {
  const { object, target, storage, engine } = work;
  const revisions = await storage.revisions(target.storageNamespace, target.name);
  const stored = await storage.read(target.storageNamespace, target.name, toVersion);
  const made = revisions.find((revision) => revision.version === toVersion)?.made;
  if (stored === undefined) throw errors.RevisionGone({ version: toVersion, release: `${target.namespace}/${target.name}` });
  const { objects, hooks } = await engine.decodeRelease(stored.record);
  return carryOut(work, {
    action: 'rollback',
    version: (revisions.at(-1)?.version ?? toVersion) + 1,
    record: await engine.recordOf(stored.record),
    objects,
    hooks,
    // One that Flux made is not known by what it was made of: it is equal to nothing that Git can want.
    made: made ?? { chart: 'unknown', config: 'unknown' },
    description: `Rollback to ${toVersion}`,
    ...choices(work, object.spec.rollback ?? {}),
    force: object.spec.rollback?.force ?? false,
    takesOwnership: true,
  });
}

/** A pending record that nobody works on any more becomes a failed one, so that Helm and we can go on. */
export async function unlock(work: Work, version: number): Promise<DecodedRelease | undefined> {
  const { target, storage, engine } = work;
  const stored = await storage.read(target.storageNamespace, target.name, version);
  if (stored === undefined) return undefined;
  const { status } = (await engine.decodeRelease(stored.record)).info;
  const failed = await setStatus(work, stored, 'failed', `Release unlocked from stale '${status}' state`);
  return engine.decodeRelease(failed.record);
}

/** Heals two deployed revisions: a crash between the new one's and the old one's last write. */
export async function supersede(work: Work, versions: readonly number[]): Promise<void> {
  for (const version of versions) {
    const stored = await work.storage.read(work.target.storageNamespace, work.target.name, version);
    if (stored !== undefined) await setStatus(work, stored, 'superseded');
  }
}

function choices(work: Work, options: ReleaseOptions) {
  return {
    timeoutMs: timeoutMs(work.object, options),
    runsHooks: !options.disableHooks,
    waits: !options.disableWait,
    waitsForJobs: !options.disableWaitForJobs,
    maxHistory: work.object.spec.maxHistory ?? DEFAULT_MAX_HISTORY,
  };
}

/** Renders against what the cluster can do; where the chart brings CRDs they come first, and what they add counts. */
async function render(work: Work, action: 'install' | 'upgrade', wanted: Wanted, version: number, options: ReleaseOptions): Promise<RenderResult> {
  const { object, target, cluster, engine } = work;
  const renderWith = async (capabilities: Capabilities): Promise<RenderResult> =>
    engine.render({
      chart: wanted.chart,
      name: target.name,
      namespace: target.namespace,
      revision: version,
      isUpgrade: action === 'upgrade',
      values: wanted.values,
      capabilities,
      skipSchemaValidation: options.disableSchemaValidation,
      lookup: lookupIn(cluster.client),
      postRenderers: object.spec.postRenderers,
      postRenderStrategy: object.spec.postRenderStrategy,
      commonMetadata: object.spec.commonMetadata,
    });
  const rendered = await renderWith(await capabilitiesOf(work));
  const changed = await applyCrds(work, rendered.crds, crdPolicy(object, action));
  return changed ? renderWith(await capabilitiesOf(work)) : rendered;
}

async function capabilitiesOf(work: Work): Promise<Capabilities> {
  const { client } = work.cluster;
  return { kubeVersion: await client.version(), apiVersions: await client.apiVersions() };
}

async function createNamespace(work: Work): Promise<void> {
  const { namespace } = work.target;
  const { client } = work.cluster;
  if ((await client.get(namespaceId(namespace), { as: 'metadata' })) !== undefined) return;
  try {
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { name: namespace } } });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
