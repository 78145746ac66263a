import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import { isDnsSubdomain } from './names';

/** A Secret that no construct is known to make is meant by name alone. */
export const SECRET = 'Secret';

/** Names an object in a cluster. */
export interface ObjectReference {
  readonly kind: string;

  /** @default - of a Secret that of what waits for it, else the namespace the agent's own objects are in */
  readonly namespace?: string;

  readonly name: string;
}

/** Something that layers and releases can wait for: a layer, an environment, a release, a Secret, a layer of another repository. */
export interface IDependency {
  /** The object whose readiness is waited for. */
  readonly reference: ObjectReference;
}

/** A layer that another repository brings to the same cluster. */
export class ExternalLayer implements IDependency {
  readonly reference: ObjectReference;

  /** @param path repository and layer: `fleet/infrastructure` */
  constructor(path: string) {
    const [repository, layer, ...more] = path.split('/');
    if (!repository || !layer || more.length > 0 || !isDnsSubdomain(layer)) throw errors.ExternalLayerInvalid({ path });
    this.reference = { kind: kinds.Kustomization.kind, name: layer };
  }
}
