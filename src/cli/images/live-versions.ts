import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { policyOf } from '../../model/lock-policies';
import type { KubeObject } from '../../model/object';
import { idOf, type LockedEntry } from '../locks/select-entries';
import { runningTags } from './running';

interface ImagePolicy extends KubeObject {
  readonly spec?: { readonly imageRepositoryRef?: { readonly name: string; readonly namespace?: string } };
  readonly status?: { readonly latestRef?: { readonly tag: string; readonly digest?: string } };
}

interface ImageRepository extends KubeObject {
  readonly status?: { readonly lastScanResult?: { readonly scanTime?: string } };
}

interface HelmRelease extends KubeObject {
  readonly status?: { readonly history?: readonly { readonly chartVersion: string; readonly status: string }[] };
}

/** What a cluster says of an entry. */
export interface LiveVersions {
  /** Tags in Pods, or the chart's version in the release that is deployed. */
  readonly running: readonly string[];
  /** What its policy chooses. */
  readonly newest?: string;
  /** When the tags were last looked at, RFC 3339. */
  readonly lookedAt?: string;
}

/** Asks a cluster about entries, each kind once. */
export class LiveState {
  private readonly lists = new Map<string, Promise<readonly KubeObject[]>>();

  constructor(private readonly client: KubeClient) {}

  async of(one: LockedEntry): Promise<LiveVersions> {
    const policy = await this.policyOf(one);
    const chosen = policy?.status?.latestRef;
    const lookedAt = policy && (await this.scanTime(policy));
    return {
      running: one.key.startsWith('images/') ? await this.images(one) : await this.charts(one),
      ...(chosen === undefined ? {} : { newest: chosen.digest ? `${chosen.tag}@${chosen.digest}` : chosen.tag }),
      ...(lookedAt === undefined ? {} : { lookedAt }),
    };
  }

  private async images({ file: { namespace }, entry }: LockedEntry): Promise<string[]> {
    return namespace === '' ? [] : runningTags(entry.ref.name, await this.list({ group: '', version: 'v1', kind: 'Pod' }, namespace));
  }

  private async charts({ file: { namespace }, key }: LockedEntry): Promise<string[]> {
    const releases = (await this.list(kinds.HelmRelease, namespace)) as readonly HelmRelease[];
    const history = releases.find(({ metadata }) => metadata.name === idOf(key))?.status?.history ?? [];
    return history.filter(({ status }) => status === 'deployed').map(({ chartVersion }) => chartVersion);
  }

  private async policyOf({ entry }: LockedEntry): Promise<ImagePolicy | undefined> {
    const [namespace, name] = policyOf(entry)?.split(':') ?? [];
    if (name === undefined) return undefined;
    return (await this.list(kinds.ImagePolicy, namespace)).find(({ metadata }) => metadata.name === name) as ImagePolicy | undefined;
  }

  private async scanTime({ metadata, spec }: ImagePolicy): Promise<string | undefined> {
    const { name, namespace = metadata.namespace ?? '' } = spec?.imageRepositoryRef ?? { name: '' };
    const repository = (await this.list(kinds.ImageRepository, namespace)).find((one) => one.metadata.name === name) as ImageRepository | undefined;
    return repository?.status?.lastScanResult?.scanTime;
  }

  private list(kind: { readonly group: string; readonly version: string; readonly kind: string }, namespace: string): Promise<readonly KubeObject[]> {
    const key = `${kind.kind} ${namespace}`;
    const known = this.lists.get(key) ?? this.client.list(kind, { namespace });
    this.lists.set(key, known);
    return known;
  }
}
