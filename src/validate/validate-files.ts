import { dirname, relative, resolve, sep } from 'node:path';
import { errors } from '../common/errors';
import type { ChartLibrary } from '../preview/chart-library';
import { openTree } from '../preview/open-tree';
import { createEngine, type NativeEngine } from '../render/engine';
import type { Finding } from './finding';
import { isMap } from './manifest';
import type { ValidationOptions } from './validate-cluster';
import { validateTree } from './validate-tree';

/** Nothing is fetched while somebody waits for a synth. */
const NO_CHARTS: ChartLibrary = {
  published: (repository, chart) => Promise.reject(errors.ChartNotCached({ chart, url: urlOf(repository) })),
  artifact: (repository) => Promise.reject(errors.ChartNotCached({ chart: repository.metadata.name, url: urlOf(repository) })),
};

/** Findings in files that one program has written: those of the folder they have in common. Their paths are from the working folder. */
export async function validateFiles(files: readonly string[], options: ValidationOptions): Promise<readonly Finding[]> {
  if (files.length === 0) return [];
  const folder = files.map((file) => dirname(resolve(file))).reduce(commonFolder);
  const { prefix } = await openTree(folder);
  const root = resolve(
    folder,
    ...prefix
      .split('/')
      .slice(0, -1)
      .map(() => '..'),
  );
  let engine: NativeEngine | undefined;
  try {
    const { findings } = await validateTree({
      ...options,
      root,
      folder: prefix.replace(/\/$/, ''),
      charts: NO_CHARTS,
      engine: () => {
        engine ??= createEngine();
        return engine;
      },
    });
    return findings.map((finding) => ({ ...finding, file: relative(process.cwd(), resolve(root, finding.file)) }));
  } finally {
    await engine?.close();
  }
}

function commonFolder(a: string, b: string): string {
  const [one, other] = [a.split(sep), b.split(sep)];
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return one.slice(0, count).join(sep) || sep;
}

function urlOf({ spec }: { readonly [field: string]: unknown }): string {
  return isMap(spec) ? String(spec.url) : '';
}
