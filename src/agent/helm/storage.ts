import type { KubeClient, WatchEvent } from '../../kube/types';
import { type KubeObject, keyOf, type ObjectId } from '../../model/object';
import type { ReleaseStatus } from '../../render/types';
import type { Revision } from './release-state';
import { type RevisionLabels, relabelled, revisionOf, STORAGE_SELECTOR, secretName, storageLabels } from './storage-labels';

interface ReleaseSecret extends KubeObject {
  readonly type: string;
  readonly data?: { readonly release?: string };
}

/** A revision with its record, as it is in storage. */
export interface StoredRelease {
  readonly version: number;
  /** What `helm` decodes: the Secret's own base64 is taken off. */
  readonly record: string;
  readonly secret: ReleaseSecret;
}

interface Known {
  readonly revision: Revision & { readonly release: string };
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Written by us and not shown by the watch yet: a list that began before the write cannot tell that it is gone. */
  unseen: boolean;
}

const secretKind = { group: '', version: 'v1', kind: 'Secret' } as const;

/**
 * Helm's own storage in one cluster. Which revisions there are is known from one watch on metadata and costs no request;
 * records, 50 to 160 kB each, are read one at a time where they are needed.
 */
export class ReleaseStorage {
  private readonly byRelease = new Map<string, Map<string, Known>>();
  private isSynced = false;
  private readonly waiting = new Set<(error?: Error) => void>();

  /**
   * @param namespace where an identity may see no more than its own; undefined: the whole cluster
   * @param onChange a release changed, and not by us
   */
  constructor(
    private readonly client: KubeClient,
    namespace: string | undefined,
    private readonly onChange: (storageNamespace: string, release: string) => void,
    signal: AbortSignal,
  ) {
    const selection = { namespace, labelSelector: STORAGE_SELECTOR, as: 'metadata' } as const;
    client.watch(
      secretKind,
      selection,
      (event) => this.observe(event),
      signal,
      (error) => this.answer(error),
    );
  }

  /** Oldest first. Waits only until the watch has listed once; throws where it cannot. */
  async revisions(namespace: string, release: string): Promise<Revision[]> {
    await this.synced();
    const known = this.byRelease.get(`${namespace}/${release}`);
    return known === undefined ? [] : [...known.values()].map((one) => one.revision).sort((a, b) => a.version - b.version);
  }

  async read(namespace: string, release: string, version: number): Promise<StoredRelease | undefined> {
    const secret = await this.client.get<ReleaseSecret>(idOf(namespace, release, version));
    return secret?.data?.release === undefined ? undefined : { version, record: fromBase64(secret.data.release), secret };
  }

  async create(namespace: string, revision: RevisionLabels, record: string): Promise<StoredRelease> {
    const secret = await this.client.create<ReleaseSecret>({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName(revision.release, revision.version), namespace, labels: storageLabels(revision, 'createdAt', new Date()) },
      type: 'helm.sh/release.v1',
      data: { release: toBase64(record) },
    });
    return this.remember(revision.version, record, secret);
  }

  /** The same revision in another state. */
  async update(stored: StoredRelease, status: ReleaseStatus, record: string): Promise<StoredRelease> {
    const { metadata } = stored.secret;
    const secret = await this.client.replace<ReleaseSecret>({
      ...stored.secret,
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: metadata.name,
        namespace: metadata.namespace,
        resourceVersion: metadata.resourceVersion,
        labels: relabelled(metadata.labels ?? {}, status, new Date()),
        ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      },
      data: { release: toBase64(record) },
    });
    return this.remember(stored.version, record, secret);
  }

  /** Says that a revision another made is made of what we want, so that the next look needs metadata alone. */
  async claim(namespace: string, revision: RevisionLabels): Promise<void> {
    const labels = storageLabels(revision, 'modifiedAt', new Date());
    const secret = await this.client.patch<ReleaseSecret>(idOf(namespace, revision.release, revision.version), 'merge', { metadata: { labels } });
    this.know(secret, true);
  }

  /** Missing is as good as deleted. */
  async delete(namespace: string, release: string, version: number): Promise<void> {
    await this.client.delete(idOf(namespace, release, version));
    this.byRelease.get(`${namespace}/${release}`)?.delete(secretName(release, version));
  }

  private remember(version: number, record: string, secret: ReleaseSecret): StoredRelease {
    this.know(secret, true);
    return { version, record, secret };
  }

  private async synced(): Promise<void> {
    if (this.isSynced) return;
    await new Promise<void>((resolve, reject) => this.waiting.add((error) => (error === undefined ? resolve() : reject(error))));
  }

  private answer(error?: Error): void {
    for (const tell of this.waiting) tell(error);
    this.waiting.clear();
  }

  private observe(event: WatchEvent): void {
    if (event.type === 'SYNCED') {
      this.dropMissing(event.keys);
      this.isSynced = true;
      this.answer();
    } else if (event.type === 'DELETED') {
      this.forget(event.object);
    } else if (this.know(event.object)) {
      this.tell(event.object);
    }
  }

  /** False for what is known already: echoes of our own writes, and events older than them. */
  private know(secret: KubeObject, unseen = false): boolean {
    const revision = revisionOf(secret.metadata);
    if (revision === undefined) return false;
    const { name, namespace = '', uid = '', resourceVersion = '' } = secret.metadata;
    const key = `${namespace}/${revision.release}`;
    const ofRelease = this.byRelease.get(key) ?? new Map<string, Known>();
    const before = ofRelease.get(name);
    if (before?.uid === uid && !isNewer(resourceVersion, before.resourceVersion)) {
      before.unseen &&= unseen;
      return false;
    }
    ofRelease.set(name, { revision, namespace, uid, resourceVersion, unseen });
    this.byRelease.set(key, ofRelease);
    return true;
  }

  private forget(secret: KubeObject): void {
    const revision = revisionOf(secret.metadata);
    if (revision === undefined) return;
    const { name, namespace = '', uid } = secret.metadata;
    const ofRelease = this.byRelease.get(`${namespace}/${revision.release}`);
    if (ofRelease?.get(name)?.uid !== uid) return;
    ofRelease?.delete(name);
    this.tell(secret);
  }

  /** After a relist: what it did not show is gone. */
  private dropMissing(listed: ReadonlySet<string>): void {
    for (const [release, revisions] of this.byRelease) {
      for (const [name, known] of revisions) {
        const skip = known.unseen || listed.has(keyOf({ ...secretKind, namespace: known.namespace, name }));
        known.unseen = false;
        if (skip) continue;
        revisions.delete(name);
        this.onChange(known.namespace, known.revision.release);
      }
      if (revisions.size === 0) this.byRelease.delete(release);
    }
  }

  private tell(secret: KubeObject): void {
    const revision = revisionOf(secret.metadata);
    if (revision !== undefined) this.onChange(secret.metadata.namespace ?? '', revision.release);
  }
}

function idOf(namespace: string, release: string, version: number): ObjectId {
  return { ...secretKind, namespace, name: secretName(release, version) };
}

/** Resource versions are numbers that grow; the longer is the larger. */
function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}
