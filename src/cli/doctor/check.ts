import type { RawKubeClient } from '../../kube/client';
import type { World } from '../live/world';

/** What checks look at. */
export interface Scene {
  readonly client: RawKubeClient;
  /** Namespace of the sealing keys. */
  readonly sealedSecretsNamespace: string;
  /** Of the agent and of Kustomizations. */
  readonly agentNamespace: string;
  /** What commands that look at a cluster look at, read when it is first asked for. */
  readonly world: () => Promise<World>;
  readonly now: Date;
}

/** One line of what `fairlead doctor` says. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was found, of which thing. */
  readonly says: string;
  /** What to do. */
  readonly remedy?: string;
}

/** Something about a cluster that can be right or wrong. It asks the API server alone, so that it works with the agent down. */
export interface Check {
  /** In front of its findings, such as `sealing keys`. */
  readonly name: string;
  /** Kinds that nothing can be said without. @default - none of the world's */
  readonly needs?: readonly string[];
  look(scene: Scene): Promise<readonly Finding[]>;
}
