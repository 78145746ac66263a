import { ApiObject, Chart, Duration, Lazy } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { type Kind, kinds } from '../model/kinds';
import { annotations } from '../model/labels';
import { apiVersionOf } from '../model/object';
import { boundUid } from '../synth/bound-uid';
import { AGENT_LAYER, IMAGES_LAYER, SYNC_LAYER, setPlacement } from '../synth/placement';
import type { Cluster, ClusterProps } from './cluster';
import { writeDependencies } from './dependencies';
import { durationText } from './duration-text';
import { outputPath } from './git-path';
import type { GitRef } from './git-ref';
import { kindScope } from './kind-scope';
import type { Layer, LayerProps } from './layer';
import { type Json, mergeMaps } from './maps';
import type { Repository } from './repository';
import { validate } from './validation';

const FETCH_INTERVAL = Duration.minutes(1);
const INTERVAL = Duration.minutes(10);
const RETRY_INTERVAL = Duration.minutes(1);
const TIMEOUT = Duration.minutes(5);

// Removing a layer is no small change, however few objects it has.
const ROOT_DELETION_BUDGET = 0;

/** What an agent starts from: the sources of a cluster, and a Kustomization for each layer and for these objects themselves. */
export class SyncObjects extends Chart {
  /** Branch the cluster follows. */
  readonly branch: string;

  private readonly repository: Repository;
  private readonly interval: Duration;
  private readonly addresses = new Map<string, string>();
  private readonly problems: FairleadError[] = [];

  constructor(
    private readonly cluster: Cluster,
    { branch, interval }: Pick<ClusterProps, 'branch' | 'interval'>,
  ) {
    super(cluster, SYNC_LAYER, { namespace: cluster.agentNamespace });
    setPlacement(this, { cluster: cluster.node.id, layer: SYNC_LAYER });
    validate(this, () => this.problems);
    this.repository = cluster.platform.repository;
    this.interval = interval ?? FETCH_INTERVAL;
    this.branch = branch ?? this.repository.branch;
    this.addSource(this.repository.name, this.repository, { branch: this.branch }, { annotations: keep() });
    this.addRoot();
  }

  /** Name of the GitRepository object for a repository: the cluster's own, or one that is made on demand. */
  source(repository: Repository | undefined, ref: GitRef | undefined): string {
    if (!ref && (!repository || repository.url === this.repository.url)) return this.repository.name;
    const from = repository ?? this.repository;
    const spec = ref?._spec ?? { branch: from.branch };
    const name = ref
      ? `${from.name}-${ref._label
          .toLowerCase()
          .replace(/[^a-z0-9.]+/g, '-')
          .replace(/^-+|-+$/g, '')}`
      : from.name;
    const address = addressOf(from, spec);
    const taken = this.addresses.get(name);
    if (taken === undefined) this.addSource(name, from, spec);
    else if (taken !== address) this.problems.push(errors.SourceNameTaken({ name, first: taken, second: address }));
    return name;
  }

  addLayer(layer: Layer, props: LayerProps): void {
    const { cluster } = this;
    if ([cluster.node.id, `${cluster.node.id}-images`, `${cluster.node.id}-agent`].includes(layer.node.id)) {
      this.problems.push(errors.LayerNameTaken({ layer: layer.node.path }));
      return;
    }
    const id = { kind: kinds.Kustomization.kind, namespace: cluster.agentNamespace, name: layer.node.id };
    const dependencies = () => writeDependencies(id, layer._dependencies, cluster.agentNamespace);
    const spec = {
      dependsOn: Lazy.any({ produce: () => dependencies().dependsOn }),
      interval: durationText(props.interval ?? INTERVAL),
      retryInterval: durationText(props.retryInterval ?? RETRY_INTERVAL),
      timeout: durationText(props.timeout ?? TIMEOUT),
      path: this.pathOf(layer.node.id),
      prune: true,
      wait: true,
      sourceRef: { kind: kinds.GitRepository.kind, name: this.repository.name },
    };
    this.addObject(kinds.Kustomization, layer.node.id, mergeMaps(spec, props.spec), {
      annotations: {
        [annotations.deletionBudget]: String(props.deletionBudget ?? cluster.deletionBudget),
        [annotations.dependsOn]: Lazy.any({ produce: () => dependencies().annotation }),
      },
    });
  }

  /** The layer of image objects. Registries may be down for long, so nothing waits for it, and it is as easily emptied as filled. */
  addImages(): void {
    this.addObject(kinds.Kustomization, `${this.cluster.node.id}-images`, this.unwaited(IMAGES_LAYER), {});
  }

  /** The layer of the agent's own objects. Who takes the agent out of the program uninstalls it by hand: nobody would be left to do it. */
  addAgent(): void {
    const { cluster } = this;
    this.addObject(
      kinds.Kustomization,
      `${cluster.node.id}-agent`,
      { ...this.unwaited(AGENT_LAYER), wait: true },
      {
        annotations: { [annotations.deletionBudget]: String(cluster.deletionBudget), ...keep() },
      },
    );
  }

  // Nothing here may end by its own hand: what prunes it would prune the cluster.
  private addRoot(): void {
    this.addObject(kinds.Kustomization, this.cluster.node.id, this.unwaited(SYNC_LAYER), {
      annotations: {
        [annotations.deletionBudget]: String(ROOT_DELETION_BUDGET),
        [annotations.kubernetesVersion]: Lazy.any({ produce: () => this.cluster.kubernetesVersion }),
        [annotations.clusterUid]: Lazy.any({ produce: () => boundUid(this.cluster.platform.root, this.cluster.node.id) }),
        ...keep(),
      },
    });
  }

  /** Spec of a Kustomization of our own: others do not wait for what it applies. */
  private unwaited(layer: string): Json {
    return {
      interval: durationText(INTERVAL),
      retryInterval: durationText(RETRY_INTERVAL),
      timeout: durationText(TIMEOUT),
      path: this.pathOf(layer),
      prune: true,
      wait: false,
      sourceRef: { kind: kinds.GitRepository.kind, name: this.repository.name },
    };
  }

  private addSource(name: string, repository: Repository, ref: Json, metadata: Json = {}): void {
    this.addresses.set(name, addressOf(repository, ref));
    const { url, secretName } = repository;
    const spec = { interval: durationText(this.interval), url, ref, secretRef: secretName === undefined ? undefined : { name: secretName } };
    this.addObject(kinds.GitRepository, name, spec, metadata);
  }

  private addObject(kind: Kind, name: string, spec: Json, metadata: Json): void {
    new ApiObject(kindScope(this, kind.kind), name, { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, ...metadata }, spec });
  }

  private pathOf(layer: string): string {
    return `./${outputPath(this.cluster, layer)}`;
  }
}

function keep(): Json {
  return { [annotations.prune]: 'disabled' };
}

function addressOf(repository: Repository, ref: Json): string {
  return `${repository.url} ${Object.entries(ref).map(([key, value]) => `${key} ${value}`)}`;
}
