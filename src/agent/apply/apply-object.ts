import { hash } from 'node:crypto';
import { errors } from '../../common/errors';
import { isConflict, isInvalid } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { apiVersionOf, type KubeObject, type ManifestObject, nameOf, type ObjectId } from '../../model/object';
import { takeoverPatch } from '../../objects/managed-fields';
import { optOutsOf } from '../../objects/opt-outs';
import { metadataOf, payloadOf } from '../../objects/payload';
import { explainRefusal, isFieldFixed, placeOf } from './refusals';
import { selectionFor } from './selections';
import { isPresent, type Tracked } from './tracked';
import type { Tracker } from './tracker';
import type { AppliedResult, ApplyRequest, ObjectResult } from './types';
import { untilGone } from './until-gone';

const TAKEOVER_TRIES = 3;
const CONFLICT_TRIES = 3;
const RECREATE_TIMEOUT_MS = 60_000;

export interface ApplyContext {
  /** Key of who wants it. */
  readonly owner: string;
  /** No object of its kind can exist yet. */
  readonly isNewKind: boolean;
}

/** Applies one object: one request where nothing stands in the way. */
export class ObjectApplier {
  constructor(
    private readonly client: KubeClient,
    private readonly tracker: Tracker,
    private readonly isSuspended: (id: ObjectId) => boolean = () => false,
  ) {}

  /** Never throws for what is wrong with the object: that is its result. */
  async apply(manifest: ManifestObject, request: ApplyRequest, context: ApplyContext): Promise<ObjectResult> {
    let id: ObjectId | undefined;
    try {
      id = await this.resolve(manifest, request);
      const action = await this.bring(id, manifest, request, context);
      return { id, action, ...this.undone(id) };
    } catch (error) {
      request.signal?.throwIfAborted();
      return this.failure({ ...manifest, ...id }, error);
    }
  }

  /** What this write took back from somebody else: said once. */
  private undone(id: ObjectId): Pick<AppliedResult, 'reverted'> {
    const tracked = this.tracker.get(id);
    if (tracked?.reverted === undefined) return {};
    const { reverted } = tracked;
    tracked.reverted = undefined;
    return { reverted };
  }

  /** What the server would say. */
  async rehearse(manifest: ManifestObject, request: ApplyRequest): Promise<ObjectResult> {
    let id: ObjectId | undefined;
    try {
      id = await this.resolve(manifest, request);
      if (this.isSuspended(id)) return { id, action: 'suspended' };
      if (optOutsOf(metadataOf(manifest.json)).ignored) return { id, action: 'skipped' };
      await this.client.apply(id, this.payload(id, manifest, request), { fieldManager: request.fieldManager, dryRun: true });
      return { id, action: 'unchanged' };
    } catch (error) {
      request.signal?.throwIfAborted();
      // It would be deleted and created again.
      if (isFieldFixed(error) && (request.force || optOutsOf(metadataOf(manifest.json)).recreated)) return { id: manifest, action: 'configured' };
      return this.failure({ ...manifest, ...id }, error);
    }
  }

  /** The object as the cluster knows it. */
  private async resolve(manifest: ManifestObject, request: ApplyRequest): Promise<ObjectId> {
    const { group, version, kind, name } = manifest;
    const resource = await this.client.resource(manifest);
    const object = nameOf(manifest);
    if (!resource) throw errors.ApplyUnknownKind({ object, at: placeOf(manifest), kind, apiVersion: apiVersionOf(manifest) });
    const namespace = resource.namespaced ? manifest.namespace || request.namespace || '' : '';
    if (resource.namespaced && namespace === '') throw errors.ApplyNamespaceUnset({ object, at: placeOf(manifest) });
    return { group, version, kind, namespace, name };
  }

  private async bring(
    id: ObjectId,
    manifest: ManifestObject,
    request: ApplyRequest,
    { owner, isNewKind }: ApplyContext,
  ): Promise<AppliedResult['action']> {
    if (this.isSuspended(id)) return 'suspended';
    const known = this.tracker.get(id);
    const fingerprint = fingerprintOf(id, manifest, request);
    if (known && !request.always && known.owner === owner && known.applied === fingerprint && isUntouched(known)) return 'unchanged';

    const wishes = optOutsOf(metadataOf(manifest.json));
    if (wishes.ignored) return 'skipped';
    const { fieldManager, predecessors } = request;
    const tracked = this.tracker.track(id, { owner, selection: selectionFor(id, request.labels), fieldManager, predecessors });
    // What is there already may ask to be left alone. Of a new kind nothing is.
    if (!isNewKind) await this.tracker.settled(tracked);
    if (tracked.optOuts.ignored && isPresent(tracked)) return 'skipped';
    if (wishes.createOnly && (await this.exists(tracked))) return 'skipped';

    return await this.tracker.writing(tracked, async () => {
      const before = tracked.version;
      const wasPresent = isPresent(tracked);
      const json = this.payload(id, manifest, request);
      const { object, created } = await this.write(tracked, json, request, wishes.recreated);
      const isMerged = wishes.merged || optOutsOf(object.metadata).merged;
      const settled = created || isMerged ? object : await this.takeOver(tracked, object, json, request);
      this.tracker.states.settle(tracked, settled, fingerprint);
      if (created) return 'created';
      return wasPresent && tracked.version === before ? 'unchanged' : 'configured';
    });
  }

  private async write(tracked: Tracked, json: Buffer, request: ApplyRequest, recreate: boolean): Promise<{ object: KubeObject; created: boolean }> {
    try {
      return await this.patch(tracked.id, json, request);
    } catch (error) {
      if (!isFieldFixed(error) || !(request.force || recreate || tracked.optOuts.recreated)) throw error;
      await this.deleteFirst(tracked, request);
      return await this.patch(tracked.id, json, request);
    }
  }

  private async patch(id: ObjectId, json: Buffer, { fieldManager }: ApplyRequest): Promise<{ object: KubeObject; created: boolean }> {
    let created = false;
    const onAnswer = (answer: { created: boolean }) => {
      created = answer.created;
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return { object: await this.client.apply(id, json, { fieldManager, onAnswer }), created };
      } catch (error) {
        // Somebody wrote at the same time.
        if (!isConflict(error) || isFieldFixed(error) || attempt === CONFLICT_TRIES) throw error;
      }
    }
  }

  private async deleteFirst(tracked: Tracked, { signal }: ApplyRequest): Promise<void> {
    const { id } = tracked;
    const live = await this.client.get(id, { as: 'metadata' });
    if (!live) return;
    tracked.deleting = true;
    await this.client.delete(id, { uid: live.metadata.uid });
    if (await untilGone(this.client, id, live.metadata.uid!, RECREATE_TIMEOUT_MS, signal)) return;
    throw errors.ApplyStillThere({ object: nameOf(id), finalizers: live.metadata.finalizers?.join(', ') || 'none' });
  }

  /** Makes fields of predecessors ours, and applies again so that those we do not want go. */
  private async takeOver(tracked: Tracked, applied: KubeObject, json: Buffer, request: ApplyRequest): Promise<KubeObject> {
    let object = applied;
    for (let attempt = 1; attempt <= TAKEOVER_TRIES; attempt++) {
      const patch = takeoverPatch(object, request.fieldManager, request.predecessors);
      if (!patch) return object;
      try {
        await this.client.patch(tracked.id, 'json', patch, { fieldManager: request.fieldManager });
      } catch (error) {
        // It changed between the two requests: looked at again below.
        if (!isInvalid(error) && !isConflict(error)) throw error;
      }
      object = (await this.patch(tracked.id, json, request)).object;
    }
    return object;
  }

  private async exists(tracked: Tracked): Promise<boolean> {
    return isPresent(tracked) || (await this.client.get(tracked.id, { as: 'metadata' })) !== undefined;
  }

  private payload(id: ObjectId, manifest: ManifestObject, { labels, annotations }: ApplyRequest): Buffer {
    return payloadOf(manifest, { labels, annotations, namespace: id.namespace });
  }

  private failure(manifest: ManifestObject, error: unknown): ObjectResult {
    const { group, version, kind, namespace, name, file, document } = manifest;
    const known = errors.ApplyUnknownKind.is(error) || errors.ApplyNamespaceUnset.is(error) || errors.ApplyStillThere.is(error);
    return {
      id: { group, version, kind, namespace, name },
      action: 'failed',
      error: known ? error : explainRefusal(error, manifest),
      file,
      document,
    };
  }
}

function isUntouched(tracked: Tracked): boolean {
  return tracked.drift === undefined && isPresent(tracked) && tracked.watch.synced && tracked.pending === undefined;
}

/** Same bytes, same labels, same place. */
function fingerprintOf(id: ObjectId, manifest: ManifestObject, { labels, annotations, fieldManager }: ApplyRequest): string {
  const added = JSON.stringify([id.version, id.namespace, fieldManager, labels, annotations]);
  return hash('sha1', `${manifest.digest}${added}`, 'base64').slice(0, 27);
}
