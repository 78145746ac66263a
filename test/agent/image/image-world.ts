import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createChoosing } from '../../../src/agent/image/room';
import type { ImagePolicy, ImagePolicySpec, ImageRepository, ImageRepositorySpec } from '../../../src/agent/image/types';
import { refKey, refOf } from '../../../src/agent/runtime/ref';
import type { Outcome, Reconciled, Reconciler } from '../../../src/agent/runtime/types';
import type { ChartCatalog } from '../../../src/agent/source/types';
import type { RegistryAccess } from '../../../src/oci/types';
import { scratch } from '../../git/git-server';
import { FakeRuntime, fakeContext, withOutcome } from '../source/fake-runtime';
import { FakeImageRegistry } from './fake-image-registry';

const NAMESPACE = 'flux-system';

/** Scans and policies over a registry in memory: visits happen when a test asks, or for those that were asked for. */
export class ImageWorld {
  readonly registry = new FakeImageRegistry();
  /** What the registry was opened with, each time. */
  readonly accesses: RegistryAccess[] = [];
  /** What HelmRepositories have. */
  charts: ChartCatalog = {
    chartVersions: () => Promise.reject(new Error('no charts in this test')),
    chartDigest: () => Promise.reject(new Error('no charts in this test')),
  };
  fake!: FakeRuntime;
  private readonly folder = scratch();
  private reconcilers!: Map<string, Reconciler>;
  private readonly objects = new Map<string, Reconciled>();

  constructor() {
    this.restart();
  }

  /** The agent as after a start: what it kept on disk and in the cluster is there, unless its folder is lost. */
  restart({ folder = 'data' }: { readonly folder?: string } = {}): void {
    const secrets = this.fake?.cluster ?? new Map();
    this.fake = new FakeRuntime(join(this.folder.path, folder));
    for (const [key, secret] of secrets) this.fake.cluster.set(key, secret);
    const charts: ChartCatalog = {
      chartVersions: (ref, chart) => this.charts.chartVersions(ref, chart),
      chartDigest: (ref, chart, version) => this.charts.chartDigest(ref, chart, version),
    };
    const open = (_image: string, access: RegistryAccess) => {
      this.accesses.push(access);
      return this.registry;
    };
    const reconcilers = createChoosing(this.fake.runtime, charts, open);
    this.reconcilers = new Map(reconcilers.map((reconciler) => [reconciler.kind.kind, reconciler]));
    for (const object of this.objects.values()) this.fake.put(object);
  }

  /** Files on disk. */
  kept(): string[] {
    const folder = join(this.fake.dataFolder, 'images');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  async finalize(object: Reconciled): Promise<void> {
    await this.reconcilers.get(object.kind)!.finalize!(this.latest(object), fakeContext());
  }

  close(): void {
    this.folder.remove();
  }

  repository(spec: Partial<ImageRepositorySpec> = {}, name = 'app'): ImageRepository {
    return this.put({
      apiVersion: 'image.toolkit.fluxcd.io/v1',
      kind: 'ImageRepository',
      metadata: { name, namespace: NAMESPACE, generation: 1 },
      spec: { image: 'registry.example.com/team/app', interval: '1h', ...spec },
    });
  }

  policy(spec: Partial<ImagePolicySpec> = {}, annotations: Readonly<Record<string, string>> = {}, namespace = NAMESPACE): ImagePolicy {
    return this.put({
      apiVersion: 'image.toolkit.fluxcd.io/v1',
      kind: 'ImagePolicy',
      metadata: { name: 'app', namespace, generation: 1, annotations },
      spec: { imageRepositoryRef: { name: 'app', namespace: NAMESPACE }, policy: { alphabetical: {} }, ...spec },
    });
  }

  /** One that takes the image built last. */
  newest(rule: object = {}, spec: Partial<ImagePolicySpec> = {}): ImagePolicy {
    return this.policy({ filterTags: { pattern: '^$' }, ...spec }, { 'fairlead.dev/image-rule': JSON.stringify({ order: 'newest', ...rule }) });
  }

  put<T extends Reconciled>(object: T): T {
    this.objects.set(refKey(refOf(object)), object);
    return this.fake.put(object);
  }

  /** The object with another spec, as after an edit. */
  edit<T extends Reconciled>(object: T, spec: object): T {
    const now = this.latest(object);
    const metadata = { ...now.metadata, generation: (now.metadata.generation ?? 0) + 1 };
    return this.put({ ...now, metadata, spec: { ...now.spec, ...spec } });
  }

  latest<T extends Reconciled>(object: T): T {
    return this.objects.get(refKey(refOf(object))) as T;
  }

  /** One visit; the object is afterwards as the runtime would have written it. */
  async visit<T extends Reconciled>(object: T, causes: readonly string[] = ['interval']): Promise<Outcome & { readonly after: T }> {
    const reconciler = this.reconcilers.get(object.kind)!;
    const before = this.latest(object);
    const outcome = await reconciler.reconcile(before, fakeContext(causes));
    const after = this.put(written(before, outcome));
    return { ...outcome, after: after as T };
  }

  /** Objects of a kind that were asked to be visited since the last look, by name. */
  woken(kind: string): string[] {
    const found = this.fake.asked.filter(({ ref }) => ref.kind === kind).map(({ ref }) => ref.name);
    this.fake.asked.splice(0);
    return [...new Set(found)];
  }

  /** Scan, then every policy that it woke. */
  async scanned(repository: ImageRepository, ...policies: readonly ImagePolicy[]): Promise<(Outcome & { readonly after: ImagePolicy })[]> {
    this.woken('ImagePolicy');
    await this.visit(repository);
    const woken = this.woken('ImagePolicy');
    const outcomes: (Outcome & { readonly after: ImagePolicy })[] = [];
    for (const policy of policies) if (woken.includes(policy.metadata.name)) outcomes.push(await this.visit(policy));
    return outcomes;
  }
}

function written<T extends Reconciled>(object: T, outcome: Outcome): T {
  if (outcome.type === 'ready') return withOutcome(object, outcome);
  if (outcome.type === 'unchanged' || outcome.type === 'suspended' || outcome.type === 'finalized') return object;
  const message = outcome.type === 'failed' ? String(outcome.error) : outcome.message;
  const others = (object.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
  const conditions = [{ type: 'Ready', status: 'False' as const, reason: outcome.reason, message }, ...others];
  return { ...object, status: { ...object.status, conditions } };
}
