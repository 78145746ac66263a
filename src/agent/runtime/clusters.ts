import { errors } from '../../common/errors';
import { RawKubeClient } from '../../kube/client';
import { parseKubeconfig } from '../../kube/kubeconfig';
import type { RequestOptions } from '../../kube/requests';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import type { AppliedObjects } from '../apply/types';
import type { Clusters, Ref, Runtime, ServiceAccountRef, TargetCluster, TargetOptions } from './types';

/** `isSuspended`: whether an object of that cluster is to be left alone. */
export type CreateAppliedObjects = (client: KubeClient, isSuspended?: (id: Ref) => boolean) => AppliedObjects;

export interface TargetClustersDeps {
  readonly own: RawKubeClient;
  readonly createAppliedObjects: CreateAppliedObjects;
  /** Of objects in the own cluster: people suspend what they see there. */
  readonly isSuspended?: (id: Ref) => boolean;
  readonly watchValues: Runtime['watchValues'];
  readonly redactor: Pick<Runtime['redactor'], 'add'>;
  /** What applies to clients of remote clusters too. */
  readonly requests: RequestOptions;
  /** Name of the service account that acts for objects that name none, in their namespace. @default - the agent's own identity */
  readonly defaultServiceAccount?: string;
}

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Clusters by where and as whom, each made once. A remote one is made anew when its kubeconfig changes. */
export class TargetClusters implements Clusters {
  private readonly targets = new Map<string, Promise<TargetCluster>>();
  private readonly remotes = new Map<string, Promise<RawKubeClient>>();

  constructor(private readonly deps: TargetClustersDeps) {}

  get own(): RawKubeClient {
    return this.deps.own;
  }

  for(options: TargetOptions): Promise<TargetCluster> {
    const { kubeConfig } = options;
    const serviceAccount = this.accountOf(options);
    const remote = kubeConfig === undefined ? '' : `${kubeConfig.namespace}/${kubeConfig.secretRef.name}/${kubeConfig.secretRef.key ?? ''}`;
    const identity = serviceAccount === undefined ? undefined : `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;
    return once(this.targets, `${remote} ${identity ?? ''}`, async () => {
      const client = kubeConfig === undefined ? this.deps.own : await once(this.remotes, remote, () => this.connect(kubeConfig, remote));
      const as = identity === undefined ? client : client.as({ impersonate: identity });
      return { client: as, applied: this.deps.createAppliedObjects(as, kubeConfig === undefined ? this.deps.isSuspended : undefined) };
    });
  }

  accountOf({ serviceAccount, namespace }: TargetOptions): ServiceAccountRef | undefined {
    const { defaultServiceAccount: name } = this.deps;
    return serviceAccount ?? (name === undefined || namespace === undefined ? undefined : { namespace, name });
  }

  /** Ends every watch and connection, those of the own cluster aside. */
  async close(): Promise<void> {
    const targets = await Promise.allSettled(this.targets.values());
    for (const target of targets) if (target.status === 'fulfilled') target.value.applied.close();
    const remotes = await Promise.allSettled(this.remotes.values());
    for (const remote of remotes) if (remote.status === 'fulfilled') remote.value.close();
  }

  private async connect(kubeConfig: NonNullable<TargetOptions['kubeConfig']>, remote: string): Promise<RawKubeClient> {
    const { namespace, secretRef } = kubeConfig;
    const name = `Secret/${namespace}/${secretRef.name}`;
    const secret = await this.deps.own.get<Secret>({ group: '', version: 'v1', kind: 'Secret', namespace, name: secretRef.name });
    const text = secretRef.key === undefined ? (secret?.data?.value ?? secret?.data?.['value.yaml']) : secret?.data?.[secretRef.key];
    if (text === undefined) throw errors.KubeconfigInvalid({ file: name, cause: `it has no key ${secretRef.key ?? 'value'}` });
    const connection = parseKubeconfig(Buffer.from(text, 'base64').toString(), name, { trusted: false });
    const { authorization, certificate } = await connection.credentials();
    for (const secret of [authorization?.replace(/^\S+ /, ''), certificate?.key]) if (secret !== undefined) this.deps.redactor.add(secret);
    const client = RawKubeClient.connect(connection, this.deps.requests);
    const ref = { kind: 'Secret', namespace, name: secretRef.name };
    const stop = this.deps.watchValues(
      ref,
      () => {
        // It may be known already that the Secret is another than was read, before there is anything to stop.
        queueMicrotask(() => stop());
        this.leave(remote);
        client.close();
      },
      secret?.metadata.resourceVersion,
    );
    return client;
  }

  /** What was applied by way of this kubeconfig is looked after by the next one. */
  private leave(remote: string): void {
    this.remotes.delete(remote);
    for (const [key, target] of this.targets) {
      if (!key.startsWith(`${remote} `)) continue;
      this.targets.delete(key);
      void target.then(
        ({ applied }) => applied.close(),
        () => undefined,
      );
    }
  }
}

/** What was made for a key; a failure is not kept. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = made.get(key);
  if (promise === undefined) {
    promise = make();
    made.set(key, promise);
    promise.catch(() => made.delete(key));
  }
  return promise;
}
