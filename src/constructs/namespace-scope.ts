import { type ApiObject, Chart } from 'cdk8s';
import { errors } from '../common/errors';
import { kindScope } from './kind-scope';
import type { Layer } from './layer';
import { nameFromPath } from './names';
import { type NamespaceOptions, ownNamespace, validateNamespace } from './namespace';
import { validate } from './validation';

/** What a namespace scope is made with. */
export interface NamespaceScopeProps extends NamespaceOptions {
  /**
   * Whether the layer owns the Namespace itself. Without, it is never created, changed or deleted.
   * @default true
   */
  readonly create?: boolean;
}

/** Everything created under it goes to one namespace, plain cdk8s and cdk8s-plus constructs included. */
export class NamespaceScope extends Chart {
  /** `layer.namespaceScope(name)` does the same. */
  constructor(layer: Layer, name: string, props: NamespaceScopeProps = {}) {
    super(kindScope(layer, 'Namespace'), name, { namespace: name, labels: layer.labels });
    validateNamespace(this, name);
    if (props.create ?? true) {
      ownNamespace(this, name, props);
    } else {
      const given = (['owner', 'labels', 'annotations'] as const).filter((option) => props[option] !== undefined);
      validate(this, () => given.map((option) => errors.NamespaceNotOwned({ namespace: name, option })));
    }
  }

  /** Names come from the ids of constructs. */
  public override generateObjectName(apiObject: ApiObject): string {
    return nameFromPath(apiObject);
  }
}
