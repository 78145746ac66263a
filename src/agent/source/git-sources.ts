import { hash } from 'node:crypto';
import { join } from 'node:path';
import { errors } from '../../common/errors';
import { Mirror } from '../../git/mirror';
import { refKey, refOf } from '../runtime/ref';
import type { Runtime } from '../runtime/types';
import { forgeHostKeys } from './forge-host-keys';
import { commitOf } from './git-checkout';
import { GitContent } from './git-content';
import type { GitRepository } from './git-repository';
import type { SourceContent, SourceRef, Sources } from './types';

/**
 * Content of GitRepositories. What is current is what their status says, so it survives a restart and an unreachable server alike;
 * each has a mirror of its own, since one who may read a repository need not share that with another namespace.
 */
export class GitSources implements Sources {
  private readonly open = new Map<string, { readonly url: string; readonly content: GitContent }>();
  /** Repositories whose dependents know that there is something to read: what they asked for in vain takes them out. */
  private readonly known = new Set<string>();

  /** @param given lines of `known_hosts` for Secrets that have none, besides those of the large forges */
  constructor(
    private readonly runtime: Pick<Runtime, 'store' | 'dataFolder' | 'requestReconcile'>,
    private readonly given?: string,
  ) {}

  /** Lines of `known_hosts` that hold without a Secret saying so. */
  readonly knownHosts = (url: string): string | undefined => this.given ?? forgeHostKeys(url);

  revision(ref: SourceRef): string | undefined {
    return this.repository(ref)?.status?.artifact?.revision;
  }

  async content(ref: SourceRef, path: string): Promise<SourceContent> {
    const content = await this.withCurrent(ref, (git, revision, ignore) => git.at(revision, path, ignore));
    return { ...content, read: (digests) => this.noticing(ref, () => content.read(digests)) };
  }

  digest(ref: SourceRef, path: string): Promise<string | undefined> {
    return this.withCurrent(ref, (content, revision, ignore) => content.digest(revision, path, ignore));
  }

  descends(ref: SourceRef, earlier: string, later: string): Promise<boolean> {
    return this.withCurrent(ref, (content) => content.mirror.descends(commitOf(earlier), commitOf(later)));
  }

  /** The mirror of a repository; another address gets another one. */
  mirror(repository: GitRepository): Mirror {
    return this.contentOf(repository).mirror;
  }

  /** Its artifact is here. Returns whether somebody may have asked for it in vain before. */
  fetched(repository: GitRepository): boolean {
    const isNews = !this.known.has(refKey(refOf(repository)));
    this.known.add(refKey(refOf(repository)));
    return isNews;
  }

  /** Throws away what was fetched for it. */
  async remove(repository: GitRepository): Promise<void> {
    const { mirror } = this.contentOf(repository);
    this.known.delete(refKey(refOf(repository)));
    this.open.delete(refKey(refOf(repository)));
    await mirror.discard();
  }

  /** Ends every process that reads. */
  close(): void {
    for (const { content } of this.open.values()) content.mirror.close();
  }

  private repository(ref: SourceRef): GitRepository | undefined {
    return this.runtime.store.get<GitRepository>(ref);
  }

  private async withCurrent<R>(ref: SourceRef, use: (content: GitContent, revision: string, ignore: string | undefined) => Promise<R>): Promise<R> {
    const repository = this.repository(ref);
    const revision = repository?.status?.artifact?.revision;
    if (repository === undefined || revision === undefined) throw errors.SourceNotReady({ source: sourceName(ref) });
    return await this.noticing(ref, () => use(this.contentOf(repository), revision, repository.spec.ignore));
  }

  private async noticing<R>(ref: SourceRef, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (failure) {
      const isBroken = errors.SourceBroken.is(failure);
      if (isBroken || errors.SourceNotReady.is(failure)) this.known.delete(refKey(ref));
      // It is fetched anew now rather than at the next interval.
      if (isBroken) this.runtime.requestReconcile(ref, 'retry');
      throw failure;
    }
  }

  private contentOf(repository: GitRepository): GitContent {
    const key = refKey(refOf(repository));
    const { url } = repository.spec;
    const known = this.open.get(key);
    if (known?.url === url) return known.content;
    // Of another address nothing is needed any more; what cannot be deleted is only space.
    void known?.content.mirror.discard().catch(() => undefined);
    const { namespace = '', name } = repository.metadata;
    const folder = join(this.runtime.dataFolder, 'git', `${namespace}_${name}_${hash('sha256', url, 'hex').slice(0, 12)}`);
    const content = new GitContent(new Mirror(folder, url), sourceName({ kind: 'GitRepository', namespace, name }));
    this.open.set(key, { url, content });
    return content;
  }
}

/** As `kubectl` takes it: `gitrepository/podinfo -n flux-system`. */
export function sourceName(ref: SourceRef): string {
  return `${ref.kind.toLowerCase()}/${ref.name} -n ${ref.namespace}`;
}
