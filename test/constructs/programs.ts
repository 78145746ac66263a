import { join } from 'node:path';
import { load } from 'js-yaml';
import { Cluster, type ClusterProps, Platform, type PlatformProps, Repository } from '../../src';
import { renderApp } from '../../src/synth/render-app';
import { synthTree as synthInMemory } from '../../src/synth/synth-tree';

/** A folder with a chart in `charts/podinfo`. */
export const ROOT = join(__dirname, '../../examples/podinfo');

/** Objects by path. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into objects of every kind
export type Tree = { [path: string]: any };

export type Texts = { readonly [path: string]: string };

type Options = Partial<ClusterProps> & Partial<PlatformProps>;

/** What a program with one cluster, `gke`, writes. */
export function synthTree(build: (cluster: Cluster) => void, options: Options = {}): Tree {
  return treeOf(programOf(build, options));
}

export function programOf(build: (cluster: Cluster) => void, options: Options = {}): Platform {
  const { repository = Repository.git('https://git.example.com/acme/fleet.git'), root = ROOT, clusterScopedKinds, ...cluster } = options;
  const platform = new Platform({ repository, root, clusterScopedKinds });
  build(new Cluster(platform, 'gke', { kubernetesVersion: '1.36', ...cluster }));
  return platform;
}

/** Texts of all files by path, locks and ownership among them, that a program with one cluster, `gke`, writes into an empty folder. */
export function textsOf(build: (cluster: Cluster) => void, options: Options & { readonly locks?: { readonly [path: string]: string } } = {}): Texts {
  const platform = programOf(build, options);
  return Object.fromEntries(synthInMemory(platform, platform.root, new Map(Object.entries(options.locks ?? {}))).files);
}

export function treeOf(platform: Platform): Tree {
  return Object.fromEntries(renderApp(platform).files.map(({ path, text }) => [path, load(text)]));
}

/** What synth complains about: construct path and error, a line each, without remedies. */
export function problemsOf(build: (cluster: Cluster) => void, options: Options = {}): string[] {
  try {
    synthTree(build, options);
  } catch (error) {
    return [...(error as Error).message.matchAll(/^ {2}(\[.*)$/gm)].map((match) => match[1]);
  }
  return [];
}
