import { errors } from '../common/errors';
import { apiVersionOf } from '../model/object';
import { isCalled } from './kind-words';
import type { Requests } from './requests';
import type { ApiResource, GroupVersionKind } from './types';

/** One request per root tells all groups, versions and kinds. Both forms: v2beta1 until Kubernetes 1.29, v2 since 1.30. */
const ACCEPT = ['v2', 'v2beta1'].map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`).join(',');

/** An unknown kind asks the server again, but not more often than this. */
const ASK_AGAIN_MS = 1000;

interface GroupList {
  readonly kind?: string;
  readonly items?: readonly { readonly metadata?: { readonly name?: string }; readonly versions?: readonly GroupVersion[] }[];
}

interface GroupVersion {
  readonly version: string;
  readonly resources?: readonly {
    readonly resource: string;
    readonly responseKind?: { readonly kind?: string };
    readonly shortNames?: readonly string[];
    readonly scope: 'Namespaced' | 'Cluster';
    readonly subresources?: readonly { readonly responseKind?: { readonly kind?: string } }[];
  }[];
}

interface Root {
  readonly etag: string | undefined;
  readonly groups: NonNullable<GroupList['items']>;
}

/** What an API server serves, asked once and again only for what is not known. */
export class Discovery {
  private readonly roots = new Map<string, Root>();
  private byKind = new Map<string, ApiResource>();
  /** The versions of a group's kind, preferred one first. */
  private versions = new Map<string, ApiResource[]>();
  private names: readonly string[] = [];
  private asked: { at: number; answer: Promise<void> } | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly requests: Requests,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Exactly this version of the kind. */
  async resource(kind: GroupVersionKind, now = false): Promise<ApiResource | undefined> {
    return await this.known(() => this.byKind.get(exactKey(kind)), now);
  }

  /** This version, or else the one the server prefers: an object is the same in all of them. */
  async anyVersion(kind: GroupVersionKind): Promise<ApiResource | undefined> {
    return await this.known(() => this.byKind.get(exactKey(kind)) ?? this.versions.get(`${kind.group}/${kind.kind}`)?.[0]);
  }

  async apiVersions(): Promise<readonly string[]> {
    await this.known(() => this.names[0]);
    return this.names;
  }

  /** Kubernetes' own group comes first, as in kubectl, then groups as the server orders them. */
  async kindCalled(word: string): Promise<GroupVersionKind | undefined> {
    return await this.known(() => {
      const all = [...this.versions.values()].flat();
      const called = all.filter((resource) => isCalled(word, resource));
      return called.find(({ group }) => group === '') ?? called[0];
    });
  }

  /** The server does not serve what it said: the next question asks it again. */
  forget(kind: GroupVersionKind): void {
    this.byKind.delete(exactKey(kind));
    this.versions.delete(`${kind.group}/${kind.kind}`);
    for (const root of this.roots.keys()) this.roots.set(root, { ...this.roots.get(root)!, etag: undefined });
  }

  /** Calls back once, when the server is seen to serve something else than before. */
  onChange(callback: () => void): () => void {
    this.waiting.add(callback);
    return () => this.waiting.delete(callback);
  }

  private async known<T>(look: () => T | undefined, now = false): Promise<T | undefined> {
    const found = look();
    if (found !== undefined) return found;
    await this.ask(now ? 0 : ASK_AGAIN_MS);
    return look();
  }

  private ask(olderThanMs: number): Promise<void> {
    const fresh = this.asked !== undefined && this.now() - this.asked.at < olderThanMs;
    if (!fresh) {
      const answer = this.refresh();
      this.asked = { at: this.now(), answer };
      answer.catch(() => {
        this.asked = undefined;
      });
    }
    return this.asked!.answer;
  }

  private async refresh(): Promise<void> {
    const changed = await Promise.all(['/api', '/apis'].map((root) => this.refreshRoot(root)));
    if (!changed.includes(true)) return;
    this.index();
    const callbacks = [...this.waiting];
    this.waiting.clear();
    for (const callback of callbacks) callback();
  }

  private async refreshRoot(path: string): Promise<boolean> {
    const etag = this.roots.get(path)?.etag;
    const headers: Record<string, string> = etag === undefined ? { accept: ACCEPT } : { accept: ACCEPT, 'if-none-match': etag };
    const answer = await this.requests.send({ method: 'GET', path, verb: 'get', resource: 'discovery', headers }, 'API discovery');
    if (answer.status === 304) return false;
    const list = JSON.parse(answer.body.toString()) as GroupList;
    if (list.kind !== 'APIGroupDiscoveryList') throw errors.ApiRejected({ subject: 'API discovery', message: 'Kubernetes 1.26 or newer is needed' });
    this.roots.set(path, { etag: answer.headers.etag, groups: list.items ?? [] });
    return true;
  }

  private index(): void {
    this.byKind = new Map();
    this.versions = new Map();
    const names = new Set<string>();
    for (const item of [...this.roots.values()].flatMap((root) => root.groups)) {
      const group = item.metadata?.name ?? '';
      for (const { version, resources } of item.versions ?? []) {
        const apiVersion = apiVersionOf({ group, version });
        names.add(apiVersion);
        for (const { resource: plural, responseKind, scope, shortNames, subresources } of resources ?? []) {
          for (const kind of [responseKind, ...(subresources ?? []).map((sub) => sub.responseKind)])
            if (kind?.kind) names.add(`${apiVersion}/${kind.kind}`);
          if (responseKind?.kind)
            this.remember({ group, version, kind: responseKind.kind, plural, namespaced: scope === 'Namespaced', ...(shortNames && { shortNames }) });
        }
      }
    }
    this.names = [...names].sort();
  }

  private remember(resource: ApiResource): void {
    if (this.byKind.has(exactKey(resource))) return;
    this.byKind.set(exactKey(resource), resource);
    const key = `${resource.group}/${resource.kind}`;
    this.versions.set(key, [...(this.versions.get(key) ?? []), resource]);
  }
}

function exactKey(kind: GroupVersionKind): string {
  return `${kind.group}/${kind.version}/${kind.kind}`;
}
