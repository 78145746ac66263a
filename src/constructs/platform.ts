import { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { errors } from '../common/errors';
import { checkSynth } from '../synth/check-synth';
import { locksOnDisk } from '../synth/lock-files';
import { lockProblems } from '../synth/lock-problems';
import { locksOf } from '../synth/lock-requests';
import { openLocks } from '../synth/locks';
import { restoreEmptied } from '../synth/restore-emptied';
import { synthRoot } from '../synth/root';
import { sealsOnDisk } from '../synth/seal-files';
import { sealsTwice } from '../synth/seal-problems';
import { sealsOf } from '../synth/seal-requests';
import { openSeals } from '../synth/seals';
import { synthSession } from '../synth/session';
import { synthesize } from '../synth/synthesize';
import { TokenResolver } from '../synth/tokens';
import { Brand } from './brand';
import { ClusterScopedKinds } from './cluster-scoped-kinds';
import type { Repository } from './repository';
import { StableAddresses } from './stable-addresses';
import { validate } from './validation';

/** What a platform is made with. */
export interface PlatformProps {
  /** The repository that the program is in, and where clusters read what it synthesizes. */
  readonly repository: Repository;

  /**
   * Folder of the program, from which charts and output are looked up.
   * @default - the folder of the cdk8s.yaml nearest to the program's main file
   */
  readonly root?: string;

  /**
   * Kinds of custom resources that are in no namespace, as `group/Kind`. Kubernetes' own and those of widespread operators are known.
   * @default - none besides the known ones
   */
  readonly clusterScopedKinds?: readonly string[];
}

const brand = new Brand<Platform>('Platform');

/** All clusters a repository describes: the root of a program. */
export class Platform extends App {
  /** Whether a value is a platform, of whichever copy of this package. */
  public static isPlatform(value: unknown): value is Platform {
    return brand.isOn(value);
  }

  /** The platform a construct is in. */
  public static override of(construct: IConstruct): Platform {
    const platform = brand.nearest(construct);
    if (!platform) throw errors.ScopeMissing({ construct: construct.node.path, needed: 'Platform' });
    return platform;
  }

  /** The repository that the program is in. */
  public readonly repository: Repository;

  /** Folder of the program. */
  public readonly root: string;

  /** @internal */
  public readonly _clusterScopedKinds: ClusterScopedKinds;

  constructor(props: PlatformProps) {
    const clusterScopedKinds = new ClusterScopedKinds(props.clusterScopedKinds);
    super({ resolvers: [clusterScopedKinds, new StableAddresses(), new TokenResolver()] });
    brand.mark(this);
    this._clusterScopedKinds = clusterScopedKinds;
    this.repository = props.repository;
    this.root = props.root ?? synthSession.root ?? synthRoot();
    // Whatever goes wrong from here on, what the cdk8s CLI deleted is back.
    restoreEmptied(this.root);
    openLocks(this, locksOnDisk(this.root));
    openSeals(this, sealsOnDisk(this.root));
    validate(this, () => [...lockProblems(locksOf(this)), ...sealsTwice(sealsOf(this))]);
  }

  /** Writes every object to a file of its own, and its locks, and only what changed. Throws, having written nothing, if anything is wrong. */
  public override synth(): void {
    const options = { root: this.root };
    if (synthSession.onSynth) {
      synthSession.onSynth(this, options);
      return;
    }
    const { warnings } = synthSession.check ? checkSynth(this, options) : synthesize(this, options);
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  }
}
