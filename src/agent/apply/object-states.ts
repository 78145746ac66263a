import { apiVersionOf, type KubeObject } from '../../model/object';
import { completionOf, healthOf } from '../../objects/health';
import { appliedFields, lastWriterBeside, predecessorsOf } from '../../objects/managed-fields';
import { projectionDigest } from '../../objects/projection';
import { type Health, notFound, type Verdict } from '../../objects/verdict';
import { lastEdit, takenBack } from './hand-edit';
import { versionOf } from './resource-version';
import { glimpseOf, type Removal, type Tracked } from './tracked';

/** Brings what is kept of an object up to date with what the server says, and sees drift in it. */
export class ObjectStates {
  constructor(
    /** An object is not as we left it. Said once until it is applied again or is as it was. */
    private readonly onDrift: (tracked: Tracked) => void,
    private readonly now: () => number,
  ) {}

  /** The answer to a write of ours: from here on the object is as we want it. */
  settle(tracked: Tracked, object: KubeObject, applied: string | undefined): void {
    const fields = appliedFields(object, tracked.fieldManager);
    tracked.baseline = fields && projectionDigest(object, fields);
    tracked.applied = applied;
    tracked.reverted = tracked.edit && takenBack(tracked.edit, object);
    tracked.edit = undefined;
    tracked.drift = undefined;
    tracked.otherManager = undefined;
    tracked.deleting = false;
    this.remember(tracked, object);
  }

  /** What the server says of it. During a write of ours it waits for the answer. */
  observe(tracked: Tracked, object: KubeObject): void {
    if (tracked.writes > 0) {
      tracked.pending = object;
      return;
    }
    if (versionOf(object) < tracked.version) return;
    this.remember(tracked, object);
    this.compare(tracked, object);
  }

  /** It is gone. */
  remove(tracked: Tracked, removal: Removal): void {
    if (tracked.writes > 0) {
      tracked.pending = removal;
      return;
    }
    // Of an earlier object of that name, or of an earlier state.
    if (removal.uid !== undefined && tracked.uid !== undefined && removal.uid !== tracked.uid) return;
    if (removal.version < tracked.version) return;
    tracked.version = Math.max(removal.version, 1);
    tracked.uid = undefined;
    tracked.health = notFound;
    tracked.completion = undefined;
    if (tracked.deleting) tracked.deleting = false;
    else if (tracked.baseline !== undefined || tracked.adopted) this.markDrift(tracked, 'deleted');
    notify(tracked);
  }

  /** What can be told of an object from its metadata, where its body is not looked at: of kinds that are always healthy. */
  glimpse(tracked: Tracked, object: KubeObject): void {
    Object.assign(tracked, glimpseOf(object));
    tracked.health = plain(healthOf({ ...object, apiVersion: apiVersionOf(tracked.id), kind: tracked.id.kind }, this.now()));
    notify(tracked);
  }

  private remember(tracked: Tracked, object: KubeObject): void {
    const now = this.now();
    const verdict = healthOf(object, now);
    Object.assign(tracked, glimpseOf(object));
    tracked.health = plain(verdict);
    tracked.completion = tracked.id.kind === 'Pod' ? plain(completionOf(object, now)) : undefined;
    if (verdict.becomes) this.turnLater(tracked, verdict.becomes);
    notify(tracked);
  }

  private turnLater(tracked: Tracked, { afterMs, health }: NonNullable<Verdict['becomes']>): void {
    const { version } = tracked;
    setTimeout(() => {
      if (tracked.version !== version) return;
      tracked.health = health;
      notify(tracked);
    }, afterMs).unref();
  }

  private compare(tracked: Tracked, object: KubeObject): void {
    const fields = appliedFields(object, tracked.fieldManager);
    const digest = fields && projectionDigest(object, fields);
    if (tracked.baseline === undefined && tracked.adopted) tracked.baseline = digest;
    if (tracked.baseline === undefined) return;
    const { optOuts } = tracked;
    if (optOuts.ignored || optOuts.createOnly || optOuts.unwatched || object.metadata.deletionTimestamp) return;
    tracked.otherManager = lastWriterBeside(object, tracked.fieldManager);
    if (digest !== tracked.baseline) this.markDrift(tracked, 'changed');
    else if (!optOuts.merged && predecessorsOf(object, tracked.fieldManager, tracked.predecessors).length > 0) this.markDrift(tracked, 'foreign');
    else tracked.drift = undefined;
    tracked.edit = tracked.drift === undefined ? undefined : lastEdit(object, tracked.fieldManager);
  }

  private markDrift(tracked: Tracked, what: Tracked['drift']): void {
    const isNew = tracked.drift === undefined;
    tracked.drift = what;
    if (!isNew) return;
    tracked.told = false;
    this.onDrift(tracked);
  }
}

function notify(tracked: Tracked): void {
  for (const waiter of [...tracked.waiters]) waiter();
}

function plain({ status, message }: Health): Health {
  return { status, message };
}
