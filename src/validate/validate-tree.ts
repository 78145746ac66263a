import { withoutExempt } from './exemptions';
import type { Finding } from './finding';
import { withLines } from './locate';
import { type ReadTree, readTree } from './read-tree';
import { type RuleId, rules } from './rule-table';
import { stringDrafts } from './rules/metadata';
import { isWithin, type TreeClustersOptions, treeClusters } from './tree-clusters';
import { findingOf, type ValidationOptions, validateCluster } from './validate-cluster';

/** Rules of what an unreadable file explains. */
const NOT_BUILT: ReadonlySet<string> = new Set(['build', 'not-built'] satisfies RuleId[]);

export interface TreeOptions extends ValidationOptions, TreeClustersOptions {
  /** It is what synth writes: nothing but manifests. @default false */
  readonly isOutput?: boolean;
  /** Folder or file to tell of. @default - all that is read */
  readonly only?: string;
  /** Folders of further CustomResourceDefinitions. */
  readonly definitions?: readonly string[];
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
  const clusters = await treeClusters(read, options);
  const elsewhere = (options.definitions ?? []).flatMap((path) => readTree(path, '', false).manifests);
  const definitions = [...read.manifests, ...elsewhere].map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const raw = read.manifests.flatMap((manifest) =>
    withoutExempt(stringDrafts(manifest.object), manifest.object).map((draft) => findingOf(draft, manifest)),
  );
  const findings = [...textFindings(read), ...raw, ...clusters.flatMap((cluster) => validateCluster(cluster, definitions, options))];
  const unread = new Set(read.problems.map(({ file }) => file));
  const told = unique(findings).filter(({ file, rule }) => isWithin(file, options.only) && !(NOT_BUILT.has(rule) && unread.has(file)));
  return {
    findings: withLines(told, read.texts),
    files: [...read.texts.keys()].filter((file) => isWithin(file, options.only)).length,
    objects: clusters.flatMap(({ manifests }) => manifests).filter(({ file }) => isWithin(file, options.only)).length,
  };
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
