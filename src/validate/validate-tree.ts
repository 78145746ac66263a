import { errors, FairleadError } from '../common/errors';
import type { ChartLibrary } from '../preview/chart-library';
import { WorkingTree } from '../preview/file-tree';
import type { Preview } from '../preview/types';
import type { Engine } from '../render/types';
import { type ClusterManifests, type ClusterProblem, clusterManifests, Places } from './cluster-manifests';
import { withoutExempt } from './exemptions';
import type { Finding } from './finding';
import { withLines } from './locate';
import { type ReadTree, readTree } from './read-tree';
import { rules } from './rule-table';
import { stringDrafts } from './rules/metadata';
import { findingOf, type ValidationOptions, validateCluster } from './validate-cluster';

export interface TreeOptions extends ValidationOptions {
  /** Folder that paths are relative to. */
  readonly root: string;
  /** Folder below it to read, with `/`; empty for all of it. */
  readonly folder: string;
  /** It is what synth writes: nothing but manifests. @default false */
  readonly isOutput?: boolean;
  /** Folder or file to tell of. @default - all that is read */
  readonly only?: string;
  /** Folders of further CustomResourceDefinitions. */
  readonly definitions?: readonly string[];
  /** Made when there is something to build or render. */
  readonly engine: () => Engine;
  /** Where charts come from that the tree does not hold. */
  readonly charts: ChartLibrary;
}

export interface Report {
  /** By file and line. */
  readonly findings: readonly Finding[];
  readonly files: number;
  /** Those of rendered releases too. */
  readonly objects: number;
}

/** Reads the manifests below a folder, builds and renders what is to be, and says what is wrong with what clusters would get. */
export async function validateTree(options: TreeOptions): Promise<Report> {
  const { root, folder, isOutput = false } = options;
  const read = readTree(root, folder, isOutput);
  const clusters = await clustersOf(read, options);
  const elsewhere = (options.definitions ?? []).flatMap((path) => readTree(path, '', false).manifests);
  const definitions = [...read.manifests, ...elsewhere].map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const raw = read.manifests.flatMap((manifest) =>
    withoutExempt(stringDrafts(manifest.object), manifest.object).map((draft) => findingOf(draft, manifest)),
  );
  const findings = [...textFindings(read), ...raw, ...clusters.flatMap((cluster) => validateCluster(cluster, definitions, options))];
  const unread = new Set(read.problems.map(({ file }) => file));
  const told = unique(findings).filter(({ file, rule }) => isWithin(file, options.only) && !(rule === 'build' && unread.has(file)));
  return {
    findings: withLines(told, read.texts),
    files: [...read.texts.keys()].filter((file) => isWithin(file, options.only)).length,
    objects: clusters.flatMap(({ manifests }) => manifests).filter(({ file }) => isWithin(file, options.only)).length,
  };
}

/** What the clusters get and, where nobody says what that is, the files as they are. */
async function clustersOf(read: ReadTree, { root, folder, engine, charts, kubernetesVersion }: TreeOptions): Promise<ClusterManifests[]> {
  if (!read.isBuilt) return [asWritten(read.manifests)];
  const { previewOf } = require('../preview/preview-of') as typeof import('../preview/preview-of');
  let preview: Preview;
  try {
    preview = await previewOf(new WorkingTree(root), folder, { engine: engine(), charts, kubernetesVersion });
  } catch (error) {
    // Objects may be too wrong to be built; what is wrong with them is told all the same.
    return [{ ...asWritten(read.manifests), problems: [unbuilt(error, folder)] }];
  }
  const places = new Places(read.manifests);
  const clusters = await Promise.all(preview.clusters.map((cluster) => clusterManifests(cluster, places)));
  const used = new Set(clusters.flatMap(({ manifests }) => manifests.map(({ file }) => file)));
  const paths = preview.clusters.flatMap(({ layers }) => layers.flatMap(({ path }) => (path === undefined ? [] : [path])));
  const left = read.manifests.filter(({ file }) => !used.has(file) && !paths.some((path) => isWithin(file, path)) && !isKustomized(file, read));
  if (left.length === 0) return clusters;
  const sources = clusters.flatMap((cluster) => cluster.sources ?? []);
  return [...clusters, { ...asWritten(left), sources, beside: [...read.manifests, ...clusters.flatMap(({ manifests }) => manifests)] }];
}

function asWritten(manifests: ClusterManifests['manifests']): ClusterManifests {
  return { name: '', manifests: manifests.map((one) => ({ ...one, isOpen: true })), releases: [], defaults: new Map(), problems: [], isWhole: false };
}

function unbuilt(error: unknown, folder: string): ClusterProblem {
  const reason = error instanceof Error ? error.message : String(error);
  const told = error instanceof FairleadError ? error : errors.NotBuilt({ folder: folder || '.', reason }, error);
  return { error: told, file: folder, of: '', isElsewhere: false };
}

/** Pieces that kustomize makes something of are no objects by themselves. */
function isKustomized(file: string, { texts }: ReadTree): boolean {
  for (let folder = parentOf(file); ; folder = parentOf(folder)) {
    const prefix = folder === '' ? '' : `${folder}/`;
    if (texts.has(`${prefix}kustomization.yaml`) || texts.has(`${prefix}kustomization.yml`)) return true;
    if (folder === '') return false;
  }
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function isWithin(file: string, folder: string | undefined): boolean {
  return folder === undefined || folder === '' || file === folder || file.startsWith(`${folder}/`);
}

function textFindings({ problems }: ReadTree): Finding[] {
  return problems.map(({ rule, ...problem }) => ({ rule, severity: rules[rule].severity, remedy: rules[rule].remedy, field: [], ...problem }));
}

/** Several clusters may get one object from one file. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, file, document, line, field, object, message, release }) => {
    const key = JSON.stringify([rule, file, document, line, field, object, message, release]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
