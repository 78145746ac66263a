import { isReady, until } from '../../demo/observe';
import { run } from '../../demo/run';
import { kinds } from '../../src/model/kinds';
import { parseLock } from '../../src/model/lock';
import type { KubeObject } from '../../src/model/object';
import type { Podinfo } from './podinfo';
import { pushImage } from './registry';

/** The path of podinfo's images in the registry. */
export const PODINFO = 'stefanprodan/podinfo';
export type EnvironmentName = 'dev' | 'stg' | 'prod';
export const policyOf = (environment: EnvironmentName) => `gke-${environment}-podinfo`;
export const lockOf = (environment: EnvironmentName) => `locks/gke/${environment}/${environment}.yaml`;

/** What the releases of the example run, from the registry to the cluster. */
export class PodinfoImages {
  constructor(private readonly podinfo: Podinfo) {}

  /** An image for each environment, and an agent that has seen them; the tags. */
  async start(): Promise<Record<EnvironmentName, string>> {
    const [dev, stg, prod] = await Promise.all([this.ciMock('-b', 'dev'), this.ciMock('-b', 'stg'), this.ciMock('-v', '0.4.11')]);
    this.podinfo.startAgent();
    await Promise.all([this.released('dev', dev), this.released('stg', stg), this.released('prod', prod)]);
    return { dev, stg, prod };
  }

  /** Pushes as CI does; gives the tag. */
  async ciMock(...options: string[]): Promise<string> {
    const image = `${this.podinfo.bed.registry}/${PODINFO}`;
    const said = await run([`${this.podinfo.repository.folder}/hack/ci-mock`, '-r', image, ...options]);
    return /^pushed \S+:(\S+) /.exec(said)![1];
  }

  async push(tag: string): Promise<void> {
    await pushImage(this.podinfo.bed.registry, PODINFO, tag);
  }

  /** The tag in an environment's lock. */
  async locked(environment: EnvironmentName, reference = 'main'): Promise<string> {
    return tagIn(await this.podinfo.bare.file(lockOf(environment), reference));
  }

  /** Waits until an environment's lock has a tag. */
  async untilLocked(environment: EnvironmentName, tag: string, branch = 'main'): Promise<void> {
    await this.podinfo.bare.until(lockOf(environment), (text) => text.startsWith('apiVersion') && tagIn(text) === tag, `at ${tag}`, branch);
  }

  /** Waits until a policy has chosen a tag. */
  chosen(environment: EnvironmentName, tag: string): Promise<KubeObject> {
    return this.podinfo.untilOf(kinds.ImagePolicy, policyOf(environment), `chose ${tag}`, (policy) => isReady(policy) && chosenBy(policy) === tag);
  }

  /** The release of an environment, Ready with a tag. */
  released(environment: EnvironmentName, tag: string): Promise<KubeObject> {
    return until(this.podinfo.client, kinds.HelmRelease, { namespace: environment }, `${environment} Ready with ${tag}`, (releases) =>
      releases.find((release) => isReady(release) && tagOf(release) === tag),
    );
  }
}

/** The tag a policy has chosen, if any. */
export function chosenBy({ status }: KubeObject): string | undefined {
  return (status as { latestRef?: { tag: string } } | undefined)?.latestRef?.tag;
}

export function tagIn(lock: string): string {
  return parseLock(lock).entries.get('images/podinfo')!.ref.tag;
}

function tagOf({ spec }: KubeObject): string {
  return (spec as { values: { image: { tag: string } } }).values.image.tag;
}
