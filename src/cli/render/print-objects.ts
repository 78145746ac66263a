import type { PreviewLayer, PreviewObject } from '../../preview/types';
import { type Printable, printYaml } from '../../synth/yaml';
import { visible } from '../diff/text/print-lines';
import { maskSecret } from './mask-secrets';

/** Everything layers bring, each with where it comes from: their own objects, then those of their releases, hooks last. */
function objectsOf(layers: readonly PreviewLayer[]): { readonly from: string; readonly one: PreviewObject }[] {
  return layers.flatMap(({ objects, releases }) => [
    ...objects.map((one) => ({ from: one.file, one })),
    ...releases.flatMap(({ namespace, name, objects: rendered, hooks }) => [
      ...rendered.map((one) => ({ from: `${one.template ?? one.file} of ${namespace}/${name}`, one })),
      ...hooks.map((one) => ({ from: `${one.template ?? one.file} of ${namespace}/${name}, a hook`, one })),
    ]),
  ]);
}

export interface PrintChoice {
  readonly output: 'yaml' | 'json';
  readonly showSecrets?: boolean;
}

/** One stream that kubectl takes. */
export function printObjects(layers: readonly PreviewLayer[], { output, showSecrets }: PrintChoice): string {
  const all = objectsOf(layers).map(({ from, one }) => ({ from, object: showSecrets ? one.object : maskSecret(one.object) }));
  if (output === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all.map(({ object }) => object) }, null, 2)}\n`;
  return all.map(({ from, object }) => `---\n# Source: ${visible(from)}\n${printYaml(object as unknown as Printable)}`).join('');
}
