import { errors } from '../../common/errors';
import type { Severity } from '../finding';
import type { PolicyObject } from './policy-object';
import type { PolicyScope } from './policy-scope';
import type { Violation } from './violation';

/** Where an object is that a policy looks at. */
export interface PolicyContext {
  /** Name of its cluster; empty for a folder of manifests that belongs to none. */
  readonly cluster: string;
  /** Version of its cluster, such as `1.36`. */
  readonly kubernetesVersion: string;
  /** Release that it is rendered for, as `dev/podinfo`. @default - it is written in a file of its own */
  readonly release?: string;
  /** Of the object or, if it is rendered, of its HelmRelease; with `/`. */
  readonly file: string;
}

export interface PolicyProps {
  /** Its id in reports and exemptions, such as `team-label`: small letters, digits and `-`. */
  readonly name: string;

  /** Gives what is wrong with one object, rendered ones included: nothing, one violation or several. */
  readonly check: (object: PolicyObject, context: PolicyContext) => Violation | Iterable<Violation> | undefined;

  /**
   * An error fails validation, a warning only with `--strict`.
   * @default 'error'
   */
  readonly severity?: Severity;

  /**
   * What to do about it.
   * @default - what its violations say, else nothing
   */
  readonly remedy?: string;
}

const BRAND = Symbol.for('fairlead.Policy');

/**
 * A rule of a team about its manifests, for `fairlead validate`.
 *
 * @example
 * new Policy({
 *   name: 'team-label',
 *   check: ({ metadata }) => (metadata.labels?.team ? undefined : Violation.at('metadata.labels.team', 'is missing')),
 * });
 */
export class Policy {
  /** Whether a value is a policy, also one of another copy of this package. */
  public static isPolicy(value: unknown): value is Policy {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  public readonly name: string;
  public readonly severity: Severity;
  public readonly remedy: string | undefined;
  private readonly props: PolicyProps;

  /** @throws PolicyNameInvalid for a name that no annotation could have */
  constructor(
    props: PolicyProps,
    private readonly only: readonly PolicyScope[] = [],
    private readonly exceptions: readonly PolicyScope[] = [],
  ) {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(props.name)) throw errors.PolicyNameInvalid({ name: JSON.stringify(props.name) });
    this.props = props;
    this.name = props.name;
    this.severity = props.severity ?? 'error';
    this.remedy = props.remedy;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The same, but a violation only warns. */
  public asWarning(): Policy {
    return new Policy({ ...this.props, severity: 'warning' }, this.only, this.exceptions);
  }

  /** The same, for objects in one of the scopes alone. */
  public within(...scopes: PolicyScope[]): Policy {
    return new Policy(this.props, [...this.only, ...scopes], this.exceptions);
  }

  /**
   * The same, but not for objects in the scope.
   * @param reason why, for who reads the policy after you
   * @throws PolicyReasonMissing
   */
  public except(scope: PolicyScope, reason: string): Policy {
    if (reason.trim() === '') throw errors.PolicyReasonMissing({ name: this.name });
    return new Policy(this.props, this.only, [...this.exceptions, scope]);
  }

  /** @internal */
  _violations(object: PolicyObject, context: PolicyContext): readonly Violation[] {
    const isIn = (scope: PolicyScope) => scope._has(object, context);
    if ((this.only.length > 0 && !this.only.some(isIn)) || this.exceptions.some(isIn)) return [];
    const found = this.props.check(object, context);
    return found === undefined ? [] : Symbol.iterator in found ? [...found] : [found];
  }
}
