import type { KubeObject } from '../../../model/object';
import type { Finding, ObjectChange } from '../types';
import { listAt, mapAt, textAt } from './fields';
import { findingOf } from './subject';

/** Where workloads keep what they make Pods of. */
const POD_SPECS: readonly (readonly string[])[] = [['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec'], ['spec']];

/** Images that containers of a workload run before and after. */
export function imageFindings(change: ObjectChange): Finding[] {
  if (change.before === undefined || change.after === undefined) return [];
  const before = imagesOf(change.before);
  return [...imagesOf(change.after)].flatMap(([container, image]) => {
    const was = before.get(container);
    if (was === undefined || was === image) return [];
    return [findingOf(change, { topic: 'image', level: 'note', text: `${container}: ${shorten(was, image)}` })];
  });
}

/** By container. */
export function imagesOf(object: KubeObject): Map<string, string> {
  const spec = POD_SPECS.map((path) => mapAt(object, ...path)).find((found) => Array.isArray(found.containers));
  const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  return new Map(
    containers.flatMap((container) => {
      const [name, image] = [textAt(container, 'name'), textAt(container, 'image')];
      return name === undefined || image === undefined ? [] : [[name, image] as const];
    }),
  );
}

/** `repository old → new` where the repository stays, else both in full. */
function shorten(before: string, after: string): string {
  const [old, now] = [before, after].map(splitImage);
  return old.name === now.name && old.version !== '' && now.version !== '' ? `${now.name} ${old.version} → ${now.version}` : `${before} → ${after}`;
}

function splitImage(image: string): { readonly name: string; readonly version: string } {
  const match = /^(.+?)(?::([^/@]+))?(?:@(.+))?$/.exec(image);
  const digest = match?.[3]?.slice(0, 19);
  return { name: match?.[1] ?? image, version: [match?.[2], digest].filter((part) => part !== undefined).join('@') };
}
