import type { Layer } from './layer';

/**
 * Name of an ImagePolicy object: `<cluster>-<layer>-<namespace>-<id>`, the namespace left out where the layer has the same name. Markers name no
 * cluster, so it tells policies of all clusters apart.
 */
export function policyName(layer: Layer, namespace: string, id: string): string {
  const parts = [layer.cluster.node.id, layer.node.id, namespace === layer.node.id ? '' : namespace, id];
  return parts.filter((part) => part !== '').join('-');
}
