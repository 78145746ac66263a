import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { keyOf, type ManifestObject, nameOf, type ObjectId } from '../../model/object';
import { kindRuns, rankGroups, stageOf } from '../../objects/apply-order';
import { Slots } from '../runtime/slots';
import type { ObjectApplier } from './apply-object';
import { placeOf } from './refusals';
import type { ApplyRequest, ApplyResult, ObjectResult } from './types';
import type { Waits } from './waits';

/** Objects of one request on their way at once. */
const CONCURRENCY = 16;
/** How long CustomResourceDefinitions may take to be established, and their kinds to be served. */
const ESTABLISH_TIMEOUT_MS = 60_000;
const SERVE_TIMEOUT_MS = 10_000;

/** Applies a set of objects in an order in which each finds what it needs. */
export class SetApplier {
  constructor(
    private readonly client: KubeClient,
    private readonly objects: ObjectApplier,
    private readonly waits: Waits,
  ) {}

  async apply(request: ApplyRequest, owner: string): Promise<ApplyResult> {
    const { unique, repeated } = withoutRepeats(request.objects);
    const refused = request.atomic ? await this.rehearse(unique, request) : [];
    if (repeated.length + refused.length > 0 && request.atomic) return resultOf([...refused, ...repeated, ...skippedBut(unique, refused)]);

    const slots = new Slots(CONCURRENCY);
    const results: ObjectResult[] = [...repeated];
    for (const group of groupsOf(unique, request.order)) {
      request.signal?.throwIfAborted();
      results.push(...(await slots.all(group, (manifest) => this.applyServed(manifest, results, request, owner))));
      await this.established(group, results, request);
    }
    return resultOf(results);
  }

  /** Kinds defined in this very set are served a moment after their definition is established. */
  private async applyServed(manifest: ManifestObject, done: readonly ObjectResult[], request: ApplyRequest, owner: string): Promise<ObjectResult> {
    const definition = done.find(({ id, action }) => action !== 'failed' && defines(id, manifest));
    if (definition) await this.served(manifest, request);
    return await this.objects.apply(manifest, request, { owner, isNewKind: definition?.action === 'created' });
  }

  private async served(manifest: ManifestObject, { signal }: ApplyRequest): Promise<void> {
    const deadline = performance.now() + SERVE_TIMEOUT_MS;
    for (let waitMs = 20; !(await this.client.resource(manifest, { now: true })) && performance.now() < deadline; waitMs = Math.min(waitMs * 2, 1000))
      await sleep(waitMs, undefined, { signal });
  }

  private async established(group: readonly ManifestObject[], results: readonly ObjectResult[], request: ApplyRequest): Promise<void> {
    const applied = new Set(results.filter(({ action }) => action === 'created' || action === 'configured').map(({ id }) => keyOf(id)));
    const definitions = group.filter((manifest) => isDefinition(manifest) && applied.has(keyOf(manifest)));
    if (definitions.length === 0) return;
    const signal = request.signal ?? new AbortController().signal;
    await this.waits.healthy(definitions, { timeoutMs: ESTABLISH_TIMEOUT_MS, signal, failFast: false });
  }

  /** Those the server would refuse. What lives in a namespace or is of a kind that the set itself brings cannot be known before. */
  private async rehearse(unique: readonly ManifestObject[], request: ApplyRequest): Promise<ObjectResult[]> {
    const namespaces = new Set(unique.filter((manifest) => manifest.group === '' && manifest.kind === 'Namespace').map(({ name }) => name));
    const known = unique.filter(
      (manifest) => !namespaces.has(manifest.namespace || request.namespace || '') && !unique.some((other) => defines(other, manifest)),
    );
    const results = await new Slots(CONCURRENCY).all(known, (manifest) => this.objects.rehearse(manifest, request));
    return results.filter(({ action }) => action === 'failed');
  }
}

function groupsOf(objects: readonly ManifestObject[], order: ApplyRequest['order']): ManifestObject[][] {
  if (order === 'given') return kindRuns(objects);
  return [0, 1, 2].flatMap((stage) => rankGroups(objects.filter((object) => stageOf(object) === stage)));
}

function isDefinition({ group, kind }: ObjectId): boolean {
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

/** Whether a manifest is the definition of another's kind: definitions are named `<plural>.<group>`. */
function defines(definition: ObjectId, manifest: ObjectId): boolean {
  return isDefinition(definition) && manifest.group !== '' && definition.name.endsWith(`.${manifest.group}`);
}

function withoutRepeats(objects: readonly ManifestObject[]): { unique: ManifestObject[]; repeated: ObjectResult[] } {
  const first = new Map<string, ManifestObject>();
  const repeated: ObjectResult[] = [];
  for (const manifest of objects) {
    const before = first.get(keyOf(manifest));
    if (!before) first.set(keyOf(manifest), manifest);
    else {
      const { file, document } = manifest;
      const error = errors.ApplyTwice({ object: nameOf(manifest), at: placeOf(manifest), first: placeOf(before).trim() || 'the same set' });
      repeated.push({ id: manifest, action: 'failed', error, file, document });
    }
  }
  return { unique: [...first.values()], repeated };
}

function skippedBut(objects: readonly ManifestObject[], results: readonly ObjectResult[]): ObjectResult[] {
  const done = new Set(results.map(({ id }) => keyOf(id)));
  return objects
    .filter((object) => !done.has(keyOf(object)))
    .map(({ group, version, kind, namespace, name }) => ({ id: { group, version, kind, namespace, name }, action: 'skipped' }));
}

function resultOf(results: readonly ObjectResult[]): ApplyResult {
  return { results, failed: results.filter((result) => result.action === 'failed') };
}
