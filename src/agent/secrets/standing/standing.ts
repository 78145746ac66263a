import type { Runtime } from '../../runtime/types';
import type { Standing } from '../types';

export interface StandingFacts {
  /** Whether the agent holds its leases. */
  readonly leads: boolean;
  /** Whether the cluster has had SealedSecrets' definition: before, nobody has any use of a key. */
  readonly kindIsKnown: boolean;
  readonly keysAreLoaded: boolean;
  /** Deployments of upstream's controller that are at work; undefined while that is not known. */
  readonly others: readonly string[] | undefined;
}

/** Why this agent must leave SealedSecrets alone; undefined where nothing speaks against it. */
export function reasonToStepBack({ leads, kindIsKnown, keysAreLoaded, others }: StandingFacts): string | undefined {
  if (!leads) return 'this agent does not hold its leases';
  if (!kindIsKnown) return 'the cluster does not know SealedSecrets yet: install their CustomResourceDefinition';
  if (others === undefined) return 'whether another controller of SealedSecrets is at work is not known yet';
  if (others.length > 0) return `another controller of SealedSecrets is at work: ${others.join(', ')}`;
  return keysAreLoaded ? undefined : 'the sealing keys are not read yet';
}

/** Looks at the facts whenever told that one changed, and says what follows where that is new. What passes by itself at every start is not logged. */
export class LiveStanding implements Standing {
  private readonly subscribers: (() => void)[] = [];
  private current: string | undefined = 'the agent has just begun';

  constructor(
    private readonly facts: () => StandingFacts,
    private readonly log: Runtime['log'],
  ) {}

  get isActive(): boolean {
    return this.current === undefined;
  }

  get reason(): string | undefined {
    return this.current;
  }

  subscribe(onChange: () => void): void {
    this.subscribers.push(onChange);
  }

  readonly update = (): void => {
    const facts = this.facts();
    const reason = reasonToStepBack(facts);
    if (reason === this.current) return;
    this.current = reason;
    if (reason === undefined) this.log.info('SealedSecrets are unsealed by this agent');
    else if (facts.leads && facts.others?.length) this.log.warn('SealedSecrets are left alone', { reason });
    for (const tell of this.subscribers) tell();
  };
}
