import type { LiveKeyRing } from '../../../../src/agent/secrets/keys/key-ring';
import { StatusError } from '../../../../src/kube/status-error';
import type { KubeClient } from '../../../../src/kube/types';
import type { KubeObject } from '../../../../src/model/object';
import type { KeySecret } from '../../../../src/seal/sealing-key';

/** Secrets of one namespace in memory, as an API server keeps them and a watch tells of them. */
export class FakeSecrets {
  /** Names of those that cannot be read. */
  readonly failing = new Set<string>();
  readonly created: string[] = [];
  /** So many are not taken. */
  refusals = 0;
  private readonly stored = new Map<string, KeySecret>();
  private readonly rings: LiveKeyRing[] = [];
  private version = 0;
  private isWatched = true;
  private held: Promise<void> | undefined;

  readonly client = {
    get: async ({ name }: { name: string }) => {
      const seen = this.stored.get(name);
      await this.held;
      if (this.failing.has(name)) throw new StatusError(`Secret/keys/${name}`, 500, 'out of order');
      return seen;
    },
    list: async () => [...this.stored.values()],
    create: async (secret: KubeObject) => {
      if (this.refusals-- > 0) throw new StatusError('Secret/keys', 404, { reason: 'NotFound', message: 'namespaces "keys" not found' });
      if (this.stored.has(secret.metadata.name)) throw new StatusError(`Secret/keys/${secret.metadata.name}`, 409, { reason: 'AlreadyExists' });
      this.created.push(secret.metadata.name);
      return this.put(secret as KeySecret);
    },
  } as unknown as KubeClient;

  /** It is told of what is there, and of all that follows. */
  watchedBy(ring: LiveKeyRing): void {
    this.rings.push(ring);
    for (const secret of this.stored.values()) ring.saw(secret);
  }

  put(secret: KeySecret): KeySecret {
    this.version += 1;
    const resourceVersion = String(this.version);
    const stored = { ...secret, metadata: { uid: `uid ${resourceVersion}`, ...secret.metadata, resourceVersion } };
    this.stored.set(secret.metadata.name, stored);
    if (this.isWatched) for (const ring of this.rings) ring.saw(stored);
    return stored;
  }

  remove(name: string): void {
    this.stored.delete(name);
    if (this.isWatched) for (const ring of this.rings) ring.lost(name);
  }

  behindTheWatch(change: () => void): void {
    this.isWatched = false;
    change();
    this.isWatched = true;
  }

  /** Reads are not answered until what this returns is called. */
  holdReads(): () => void {
    let release!: () => void;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** All that was asked is answered. */
  async idle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
