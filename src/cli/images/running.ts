import type { KubeObject } from '../../model/object';
import { parseImageName } from '../../oci/image-name';

interface Pod extends KubeObject {
  readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: { readonly phase?: string };
}

interface Container {
  readonly image?: string;
}

/** Versions of an image in Pods that are neither done nor going away, those that most of them have first. */
export function runningTags(repository: string, pods: readonly KubeObject[]): string[] {
  const wanted = canonical(repository);
  const counts = new Map<string, number>();
  for (const { metadata, spec, status } of pods as readonly Pod[]) {
    if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue;
    const images = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ image }) => splitImage(image ?? ''));
    for (const version of new Set(images.filter(({ name }) => canonical(name) === wanted).map((image) => image.version))) {
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([version]) => version);
}

/** Name and version of an image as containers have it: the tag, else the digest, else what stands for the newest. */
function splitImage(image: string): { readonly name: string; readonly version: string } {
  const match = /^(.*?)(?::([^:@/]+))?(?:@(.+))?$/.exec(image);
  return { name: match?.[1] ?? image, version: match?.[2] ?? match?.[3] ?? 'latest' };
}

function canonical(repository: string): string {
  try {
    return parseImageName(repository).name;
  } catch {
    return repository;
  }
}
