import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding';
import { FieldLines } from './locate';
import { manifestFiles } from './manifest-files';
import { type ParsedFile, parseManifests } from './parse-manifests';
import { rules } from './rules';
import { type ValidationOptions, validateManifests } from './validate-manifests';

export interface TreeOptions extends ValidationOptions {
  /** Folder that paths are relative to. */
  readonly root: string;
  /** Folder below it to read, with `/`; empty for all of it. */
  readonly folder: string;
  /** Below the folder lies a folder per cluster, as synth writes them, and nothing but manifests. @default false */
  readonly isOutput?: boolean;
}

export interface Report {
  /** By file and line. */
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly objects: number;
}

/** Reads the manifests below a folder and says what is wrong with them. */
export function validateTree({ root, folder, isOutput = false, ...options }: TreeOptions): Report {
  const texts = new Map<string, string>();
  const parsed: ParsedFile[] = [];
  const findings: Finding[] = [];
  for (const path of manifestFiles(join(root, folder))) {
    const file = folder === '' ? path : `${folder}/${path}`;
    const text = readFileSync(join(root, file), 'utf8');
    texts.set(file, text);
    const one = parseManifests(text, file, { isForeign: !isOutput });
    parsed.push(one);
    findings.push(
      ...one.problems.map(
        ({ rule, ...problem }): Finding => ({ rule, severity: rules[rule].severity, remedy: rules[rule].remedy, ...problem, file, field: [] }),
      ),
    );
  }
  const manifests = parsed.flatMap((one) => one.manifests);
  findings.push(...validateManifests(manifests, options));
  return { findings: withLines(findings, texts), files: texts.size, objects: manifests.length };
}

/** Only files with findings are read for their lines. */
function withLines(findings: readonly Finding[], texts: ReadonlyMap<string, string>): Finding[] {
  const lines = new Map<string, FieldLines>();
  const located = findings.map((finding): Finding => {
    if (finding.line !== undefined || finding.release !== undefined) return finding;
    const { file, document, field, object } = finding;
    const there = lines.get(file) ?? new FieldLines(texts.get(file) ?? '');
    lines.set(file, there);
    const [kind, ...rest] = object?.split('/') ?? [];
    const line = there.lineOf(document, field, { kind, name: rest.at(-1) });
    return line === undefined ? finding : { ...finding, line };
  });
  return located.sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
