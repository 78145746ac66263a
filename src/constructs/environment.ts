import type { Cluster } from './cluster';
import { Layer, type LayerProps } from './layer';
import { ownNamespace, validateNamespace } from './namespace';
import type { Team } from './team';

/** What an environment is made with. */
export interface EnvironmentProps extends LayerProps {
  /**
   * Name of the namespace it owns, where everything in it goes.
   * @default - the environment's id
   */
  readonly namespace?: string;

  /**
   * Labels of the Namespace, such as those of Pod security admission.
   * @default - none besides the owner's
   */
  readonly namespaceLabels?: { readonly [key: string]: string };

  /**
   * Annotations of the Namespace.
   * @default - none
   */
  readonly namespaceAnnotations?: { readonly [key: string]: string };

  /**
   * Team it belongs to.
   * @default - nobody in particular
   */
  readonly owner?: Team;
}

/** A layer and the namespace it owns. */
export class Environment extends Layer {
  declare readonly namespace: string;

  /** @param id name of the environment, its folder and its namespace */
  constructor(scope: Cluster, id: string, props: EnvironmentProps = {}) {
    const namespace = props.namespace ?? id;
    super(scope, id, { ...props, namespace });
    if (namespace !== id) validateNamespace(this, namespace);
    ownNamespace(this, namespace, { owner: props.owner, labels: props.namespaceLabels, annotations: props.namespaceAnnotations });
  }
}
