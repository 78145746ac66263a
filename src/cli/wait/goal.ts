import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { inventoryOf, isCalled, type LiveLayer, layersOf } from '../live/layers';
import { isWorkload } from '../live/live-kinds';
import { unknownLayer } from '../live/target';
import type { World } from '../live/world';

/** What is waited for. */
export interface Goal {
  /** Layer, as people call it. */
  readonly environment: string;
  /** Name of the HelmRelease, or of a workload. @default - everything in the environment */
  readonly release?: string;
  /** @default - as the inventory says, else that of the environment's name */
  readonly namespace: string;
  readonly image?: WantedImage;
  /** Commit, or the beginning of one, that must be applied. */
  readonly commit?: string;
  /** When waiting began. */
  readonly startedAt: Date;
}

export interface WantedImage {
  /** Without tag. @default - any */
  readonly repository?: string;
  readonly tag: string;
}

/** `tag`, or `repository:tag` as CI pushed it. */
export function parseImage(text: string): WantedImage {
  const [, repository, tag = text] = /^(.+):([^:/@]+)(?:@.*)?$/.exec(text) ?? [];
  return repository === undefined ? { tag } : { repository, tag };
}

/**
 * `<environment>[/<release>]`, the environment perhaps with its cluster before it.
 * @throws LayerUnknown
 */
export function findTarget(target: string, layers: readonly LiveLayer[]): { readonly layer: LiveLayer; readonly release?: string } {
  const whole = layers.find((layer) => isCalled(layer, target));
  if (whole !== undefined) return { layer: whole };
  const slash = target.lastIndexOf('/');
  const layer = slash < 0 ? undefined : layers.find((one) => isCalled(one, target.slice(0, slash)));
  if (layer === undefined) {
    throw unknownLayer(slash < 0 ? target : target.slice(0, slash), layers);
  }
  return { layer, release: target.slice(slash + 1) };
}

/** Namespace of a release: where the layer applied it, else that of the environment's name. */
export function namespaceOf(layer: LiveLayer, release: string | undefined): string {
  const applied = inventoryOf(layer.kustomization);
  const found =
    release === undefined
      ? applied.find(({ kind }) => kind === 'Namespace' || kind === kinds.HelmRelease.kind)
      : (applied.find(({ kind, name }) => kind === kinds.HelmRelease.kind && name === release) ??
        applied.find(({ kind, name }) => isWorkload(kind) && name === release));
  if (found === undefined) return layer.name;
  return found.kind === 'Namespace' ? found.name : found.namespace;
}

export function layerOfGoal({ environment }: Goal, { objects }: World): LiveLayer | undefined {
  return layersOf(objects).find((layer) => isCalled(layer, environment));
}

/** What has to run: the release of that name, else the workload; everything of the layer where none is named. */
export function wantedObjects(goal: Goal, layer: LiveLayer, { objects }: World): readonly KubeObject[] {
  const { release, namespace } = goal;
  if (release === undefined) {
    return inventoryOf(layer.kustomization).flatMap((ref) =>
      ref.kind === kinds.HelmRelease.kind || isWorkload(ref.kind) ? (objects.get(ref) ?? []) : [],
    );
  }
  const found =
    objects.get({ kind: kinds.HelmRelease.kind, namespace, name: release }) ??
    inventoryOf(layer.kustomization)
      .filter(({ kind, name }) => isWorkload(kind) && name === release)
      .map((ref) => objects.get(ref))
      .find((object) => object !== undefined);
  return found === undefined ? [] : [found];
}
