import type { IConstruct } from 'constructs';

/** Layer folder of the objects an agent starts from: GitRepository and Kustomizations. */
export const SYNC_LAYER = '_sync';

/** Layer folder of the agent's own manifests. */
export const AGENT_LAYER = '_agent';

/** Layer folder of the objects that choose new versions and commit them. */
export const IMAGES_LAYER = '_images';

const OURS: readonly string[] = [SYNC_LAYER, AGENT_LAYER, IMAGES_LAYER];

/** Whether a layer is ours, whose name no layer of a program can have. */
export function isOwnLayer(layer: string): boolean {
  return OURS.includes(layer);
}

/** Where the files of a scope's objects go: `dist/<cluster>/<layer>/`. */
export interface Placement {
  readonly cluster: string;
  /** Name of a layer, or of one of ours. */
  readonly layer: string;
}

// A registered symbol, so that two copies of the package in one program agree.
const PLACEMENT = Symbol.for('fairlead.Placement');

type Placed = IConstruct & { [PLACEMENT]?: Placement };

/** Places every object under `scope`, unless a scope further down is placed elsewhere. */
export function setPlacement(scope: IConstruct, placement: Placement): void {
  Object.defineProperty(scope, PLACEMENT, { value: placement, configurable: true });
}

/** Placement of the nearest placed scope, the construct itself included. */
export function placementOf(construct: IConstruct): Placement | undefined {
  for (let scope: IConstruct | undefined = construct; scope; scope = scope.node.scope) {
    const placement = (scope as Placed)[PLACEMENT];
    if (placement) return placement;
  }
  return undefined;
}
