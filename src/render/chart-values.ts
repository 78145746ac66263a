import { digestOf } from '../common/digest';
import type { Content } from '../model/content';
import type { Engine } from './types';

/** Where a values file of Flux's `valuesFiles` stands: a folder and a name in it. */
export function splitValuesFile(file: string): { readonly folder: string; readonly name: string } {
  const path = cleanValuesFile(file);
  const slash = path.lastIndexOf('/');
  return { folder: slash < 0 ? '.' : path.slice(0, slash), name: path.slice(slash + 1) };
}

export function cleanValuesFile(file: string): string {
  return file.replace(/^\.?\/+/, '');
}

/** The chart with other default values: Flux's values files take the place of its own. */
export async function chartWithValues(engine: Pick<Engine, 'mergeValues'>, chart: Content, layers: readonly Buffer[]): Promise<Content> {
  const values = Buffer.from(JSON.stringify(await engine.mergeValues(layers)));
  const digest = digestOf(values);
  const files = [...chart.files.filter((file) => file.path !== 'values.yaml'), { path: 'values.yaml', digest }];
  return {
    digest: digestOf(`${chart.digest} ${digest}`),
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    read: async (digests) => {
      const theirs = await chart.read(digests.filter((one) => one !== digest));
      const rest = [...theirs];
      return digests.map((one) => (one === digest ? values : (rest.shift() ?? Buffer.alloc(0))));
    },
  };
}
