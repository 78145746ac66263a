import { ApiObject, Chart } from 'cdk8s';
import { errors, type FairleadError } from '../common/errors';
import { nameOf } from '../model/object';
import { hasToken } from '../synth/tokens';
import { unreachable } from './dependencies';
import type { Layer } from './layer';
import { isDnsLabel, isDnsSubdomain } from './names';
import { identityOf } from './object-identity';
import { Platform } from './platform';
import { validate } from './validation';

// Names of these may hold whatever a path may, such as colons.
const FREELY_NAMED = 'rbac.authorization.k8s.io';

/** What must hold for a layer and for every object in it, whoever made it. */
export function validateLayer(layer: Layer): void {
  validate(layer, () => [
    ...(isDnsLabel(layer.node.id) ? [] : [errors.NameInvalid({ what: 'layer', name: layer.node.id })]),
    ...unreachable(layer, layer._dependencies),
    ...objectsIn(layer).flatMap(problemsOf),
  ]);
}

function objectsIn(layer: Layer): ApiObject[] {
  return layer.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
}

function problemsOf(object: ApiObject): FairleadError[] {
  const { kind, name, apiGroup } = object;
  const id = identityOf(object);
  const shown = `${nameOf(id)} (${object.node.path})`;
  const problems: FairleadError[] = [];
  // The scope that owns a Namespace has told already.
  const isToldAlready = kind === 'Namespace' && Chart.isChart(object.node.scope);
  if (!isToldAlready && apiGroup !== FREELY_NAMED && !hasToken(name) && !isDnsSubdomain(name))
    problems.push(errors.ObjectNameInvalid({ object: shown }));
  if (id.namespace === '' && Platform.of(object)._clusterScopedKinds.needsNamespace(object)) problems.push(errors.NamespaceUnset({ object: shown }));
  return problems;
}
