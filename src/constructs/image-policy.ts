import { Chart, type Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { kinds } from '../model/kinds';
import { isTag } from '../model/version-ref';
import type { Automation } from './automation';
import { imageNameProblems } from './image-name';
import type { ImageSelection } from './image-selection';
import { kindScope } from './kind-scope';
import { Layer } from './layer';
import { LockedVersion } from './locked-version';
import { isDnsSubdomain, nameFromPath } from './names';
import { policyName } from './policy-name';
import { selectionProblems } from './rule-problems';
import { validate } from './validation';

/** What an image policy is made with. */
export interface ImagePolicyProps {
  /** Image repository without tag and scheme, such as `ghcr.io/stefanprodan/podinfo`. */
  readonly repository: string;

  /** Which of its tags to run. */
  readonly select: ImageSelection;

  /**
   * Tag to run until the lock has one.
   * @default - none: `fairlead lock` looks one up; of `ImageSelection.digest(tag)` that tag
   */
  readonly initial?: string;

  /**
   * Whether the lock holds the image's digest beside the tag, and the reference has it.
   * @default false
   */
  readonly pinDigest?: boolean;

  /**
   * How often the registry is asked for new tags. Where policies of a cluster share a repository the shortest counts.
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * Secret with credentials for the registry (`kubernetes.io/dockerconfigjson`), in the agent's namespace.
   * @default - none
   */
  readonly secretName?: string;

  /**
   * Whether the registry is read over plain HTTP.
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * What becomes of new versions.
   * @default - as in the layer
   */
  readonly automation?: Automation;
}

/** Where an image is, as charts take it. */
export interface ImageValues {
  /** Image repository, without tag. */
  readonly repository: string;

  /** The tag alone. */
  readonly tag: string;
}

/** An image whose version the lock holds. Its properties may stand anywhere a string may. */
export class ImagePolicy extends Construct {
  /** Its name in the lock. */
  public readonly name: string;

  /** Image repository, without tag. */
  public readonly repository: string;

  private readonly version: LockedVersion;
  private readonly pinsDigest: boolean;
  private isDigestUsed = false;

  constructor(scope: Construct, id: string, props: ImagePolicyProps) {
    super(kindScope(scope, kinds.ImagePolicy.kind), id);
    const { repository, select, initial = select._followed, interval, secretName, insecure, automation } = props;
    const layer = Layer.of(this);
    const { cluster } = layer;
    const namespace = Chart.of(this).namespace ?? '';
    this.name = nameFromPath(this);
    this.repository = repository;
    this.pinsDigest = (props.pinDigest ?? false) || select._followed !== undefined;

    const policy = policyName(layer, namespace, this.name);
    const rule = select._rule;
    const automatedBy =
      rule &&
      cluster._images?.addPolicy({
        name: policy,
        rule,
        from: { image: repository, options: { interval, secretName, insecure } },
        automation: automation ?? layer._automation,
        digest: select._followed !== undefined ? 'followed' : this.pinsDigest ? 'pinned' : 'none',
      });
    this.version = new LockedVersion(this, {
      cluster: cluster.node.id,
      layer: layer.node.id,
      namespace,
      key: `images/${this.name}`,
      name: repository,
      source: { type: 'image', repository, insecure },
      rule,
      pinsDigest: this.pinsDigest,
      initial,
      policy: rule && cluster._images && `${cluster.agentNamespace}:${policy}`,
      automation: automatedBy,
      construct: this.node.path,
    });
    validate(this, () => [
      ...this.nameProblems(policy),
      ...imageNameProblems(repository),
      ...this.valueProblems(initial),
      ...selectionProblems(select),
    ]);
  }

  /**
   * The image as containers name it: `docker.io/stefanprodan/podinfo:6.7.1`, with the digest if that is pinned. Where neither lock nor `initial` says which
   * tag, synth fails and tells both remedies.
   */
  public get reference(): string {
    return this.version.reference;
  }

  /** The tag alone, such as `6.7.1`. */
  public get tag(): string {
    return this.version.tag;
  }

  /** Digest of the image, `sha256:…`. Needs `pinDigest`; empty until the lock has one. */
  public get digest(): string {
    this.isDigestUsed = true;
    return this.version.digest;
  }

  /** For charts that take an image as `{ repository, tag }`. */
  public values(): ImageValues {
    return { repository: this.repository, tag: this.tag };
  }

  private nameProblems(policy: string): FairleadError[] {
    return this.name !== '' && isDnsSubdomain(policy) ? [] : [errors.NameInvalid({ what: 'lock entry', name: this.name || this.node.id })];
  }

  private valueProblems(initial: string | undefined): FairleadError[] {
    return [
      ...(initial === undefined || isTag(initial) ? [] : [errors.InitialInvalid({ initial, name: this.repository })]),
      ...(this.isDigestUsed && !this.pinsDigest ? [errors.DigestNotPinned({ name: this.repository })] : []),
    ];
  }
}
