import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { nearestNames } from '../locks/nearest-names';
import { kindCalled } from './kind-names';
import { isCalled, type LiveLayer, layersOf, releasesOf } from './layers';
import { mustSee } from './read-world';
import type { World } from './world';

/**
 * The object that somebody names: an environment (`dev`, `gke/dev`), a release of it (`dev/podinfo`), or any object by its kind (`hr/podinfo`,
 * `Deployment/dev/podinfo`).
 * @throws TargetUnknown, TargetAmbiguous, LiveForbidden
 */
export function targetCalled(text: string, world: World, namespace?: string): KubeObject {
  mustSee(world, kinds.Kustomization.kind);
  const { objects } = world;
  const layers = layersOf(objects);
  const layer = layers.find((one) => isCalled(one, text));
  if (layer !== undefined) return layer.kustomization;
  const [first, ...rest] = text.split('/');
  const name = rest[rest.length - 1];
  const kind = kindCalled(first)?.kind;
  if (kind !== undefined && rest.length > 0 && rest.length <= 2) {
    const place = rest.length === 2 ? rest[0] : namespace;
    const found = objects.list(kind).filter(({ metadata }) => metadata.name === name && (place === undefined || metadata.namespace === place));
    return only(text, found);
  }
  const around = layers.find((one) => isCalled(one, text.slice(0, text.lastIndexOf('/'))));
  if (around === undefined) throw unknown(text, world);
  const found = releasesOf(around, objects).filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  if (found.length === 0) throw unknownRelease(text, around, world);
  return only(text, found);
}

function only(text: string, found: readonly KubeObject[]): KubeObject {
  const [first, ...others] = found;
  if (first === undefined) throw errors.TargetUnknown({ target: text, known: 'fairlead get all lists what there is' });
  if (others.length === 0) return first;
  const choices = found.map(({ kind, metadata }) => nameOf({ kind, namespace: metadata.namespace ?? '', name: metadata.name }));
  throw errors.TargetAmbiguous({ target: text, choices: choices.join(', ') });
}

function unknown(text: string, { objects }: World): Error {
  const names = layersOf(objects).flatMap(({ name, isOwn }) => (isOwn ? [] : [name]));
  return errors.TargetUnknown({ target: text, known: knownNames(text, 'environments', names) });
}

function unknownRelease(text: string, layer: LiveLayer, { objects }: World): Error {
  const names = releasesOf(layer, objects).map(({ metadata }) => `${layer.name}/${metadata.name}`);
  return errors.TargetUnknown({ target: text, known: knownNames(text, 'releases', names) });
}

/** The names most like one that is not known, else all there are. */
export function knownNames(text: string, what: string, names: readonly string[]): string {
  const near = nearestNames(text, names);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  return names.length === 0 ? `there are no ${what}: fairlead doctor` : `${what}: ${names.join(', ')}; or give kind/name`;
}

/** `LayerUnknown`, with the nearest environments that there are. */
export function unknownLayer(environment: string, layers: readonly LiveLayer[]): Error {
  const names = [...new Set(layers.flatMap(({ name, isOwn }) => (isOwn ? [] : [name])))];
  const near = nearestNames(environment, names);
  if (near.length > 0) return errors.LayerUnknown({ environment, known: `did you mean ${near.join(' or ')}?` });
  return errors.LayerUnknown({ environment, known: names.length === 0 ? 'it has none: fairlead doctor' : `it has ${names.join(', ')}` });
}

/** Whether fairlead, or Flux, reconciles objects of a kind on request. */
export function isReconcilable({ kind }: KubeObject): boolean {
  return kind !== kinds.SealedSecret.kind && Object.hasOwn(kinds, kind);
}
