import { errors } from '../../common/errors';
import type { TagFacts } from '../../images/tag-facts';
import { annotations } from '../../model/labels';
import { nameOf } from '../../model/object';
import { stalled } from '../runtime/outcomes';
import { refOf } from '../runtime/ref';
import type { Outcome, ReconcileContext, Ref, Runtime } from '../runtime/types';
import { type HelmRepository, isOfRegistry } from '../source/helm-repository';
import type { ChartCatalog } from '../source/types';
import type { CandidateSource, Candidates } from './image-policy-candidates';
import type { ImagePolicy } from './types';

/** Registries tell of no new versions by themselves. */
const POLL_MS = 600_000;

interface ChartRef {
  readonly repository: Ref;
  readonly chart: string;
}

/** Of annotation `fairlead.dev/chart`. Throws `ImageChartRefInvalid`. */
function chartRefOf({ metadata }: ImagePolicy): ChartRef {
  const text = metadata.annotations?.[annotations.chart] ?? '';
  const [, namespace, name, chart] = /^HelmRepository\/([^/]+)\/([^/]+)\/(.+)$/.exec(text) ?? [];
  if (chart === undefined) throw errors.ImageChartRefInvalid({ text });
  return { repository: { kind: 'HelmRepository', namespace, name }, chart };
}

/** The versions that a HelmRepository has of a chart. Its index says when they were made and what their archives' digests are. */
export class ChartCandidates implements CandidateSource {
  constructor(
    private readonly runtime: Pick<Runtime, 'store'>,
    private readonly catalog: ChartCatalog,
  ) {}

  async candidates(policy: ImagePolicy, context: ReconcileContext): Promise<Candidates | Outcome> {
    let ref: ChartRef;
    try {
      ref = chartRefOf(policy);
    } catch (error) {
      return stalled('InvalidPolicy', error);
    }
    const { repository, chart } = ref;
    const object = this.runtime.store.get<HelmRepository>(repository);
    const waiting = (message: string) => ({ type: 'waiting', reason: 'DependencyNotReady', message, on: [repository] }) as const;
    if (object === undefined) return waiting(`there is no ${nameOf(repository)}`);
    try {
      const { name, releases } = await context.idle(this.catalog.chartVersions(repository, chart));
      const facts = new Map(releases.map(({ version, digest = '', created }): [string, TagFacts] => [version, factsOf(digest, created)]));
      return {
        name,
        tags: [...facts.keys()],
        known: (version) => facts.get(version),
        listsDigests: true,
        ...(isOfRegistry(object) && { againMs: POLL_MS }),
        learn: async () => new Map(),
        digest: (version) => this.catalog.chartDigest(repository, chart, version),
      };
    } catch (error) {
      if (errors.SourceNotReady.is(error)) return policy.status?.latestRef ? { type: 'unchanged' } : waiting(error.message);
      throw error;
    }
  }
}

function factsOf(digest: string, created: string | undefined): TagFacts {
  const time = Date.parse(created ?? '');
  return { digest, moved: false, ...(Number.isNaN(time) ? {} : { created: new Date(time) }) };
}

/** From now on policies are visited when what their HelmRepository has is new, or it goes. */
export function followChartRepositories(runtime: Pick<Runtime, 'store' | 'requestReconcile'>): void {
  const seen = new Map<string, string>();
  runtime.store.subscribe('HelmRepository', (repository, change) => {
    const { namespace = '', name } = repository.metadata;
    const key = `${namespace}/${name}`;
    const state = change === 'deleted' ? undefined : JSON.stringify([repository.metadata.generation, repository.status?.artifact]);
    if (seen.get(key) === state) return;
    if (state === undefined) seen.delete(key);
    else seen.set(key, state);
    for (const policy of runtime.store.list<ImagePolicy>('ImagePolicy')) {
      if (policy.metadata.annotations?.[annotations.chart]?.startsWith(`HelmRepository/${key}/`)) runtime.requestReconcile(refOf(policy), 'revision');
    }
  });
}
