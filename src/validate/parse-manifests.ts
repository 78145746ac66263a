import { CORE_SCHEMA, DEFAULT_SCHEMA, loadAll, type Schema, Type, YAMLException } from 'js-yaml';
import type { Tags } from 'yaml';
import { readYaml, YamlInvalid } from '../model/yaml-documents';
import { excess } from './excess';
import { isMap, type Manifest, type RawObject } from './manifest';

/** What is wrong with the text of a file. */
export interface TextProblem {
  readonly rule: 'unreadable' | 'duplicate-key' | 'not-an-object';
  /** From 1. */
  readonly line?: number;
  readonly document: number;
  readonly message: string;
}

export interface ParsedFile {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly TextProblem[];
}

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/** Plain scalars mean what they mean for kubectl and the agent: `yes` and `on` are booleans, times are strings. */
const KUBERNETES: Schema = CORE_SCHEMA.extend({
  implicit: [
    new Type('tag:yaml.org,2002:bool', {
      kind: 'scalar',
      resolve: (text: string | null) => text !== null && (TRUE.test(text) || FALSE.test(text)),
      construct: (text: string) => TRUE.test(text),
    }),
    (DEFAULT_SCHEMA as unknown as { readonly compiledTypeMap: { readonly scalar: Record<string, Type> } }).compiledTypeMap.scalar[
      'tag:yaml.org,2002:merge'
    ],
  ],
  // Tags that nobody knows say nothing.
  explicit: (['scalar', 'sequence', 'mapping'] as const).map((kind) => new Type('!', { kind, multi: true })),
});

/**
 * Objects in the text of a file; those of a List by themselves.
 * @param isForeign other YAML than manifests may stand there too, and is left out
 */
export function parseManifests(text: string, file: string, { isForeign = false } = {}): ParsedFile {
  const { values, problems } = file.endsWith('.json') ? jsonOf(text) : documentsOf(text);
  const manifests: Manifest[] = [];
  const found = [...problems];
  values.forEach((value, index) => {
    const document = index + 1;
    if (value === null || value === undefined) return;
    const tooMuch = excess(value);
    if (tooMuch !== undefined) {
      found.push({ rule: 'unreadable', document, message: tooMuch });
      return;
    }
    if (isMap(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string') {
      for (const object of itemsOf(value as RawObject)) manifests.push({ object, file, document });
    } else if (!isForeign || (isMap(value) && (typeof value.apiVersion === 'string' || typeof value.kind === 'string') && isMap(value.metadata))) {
      found.push({ rule: 'not-an-object', document, message: lackOf(value) });
    }
  });
  return { manifests, problems: found };
}

function lackOf(value: unknown): string {
  if (!isMap(value)) return `is ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}, not a map`;
  const missing = ['apiVersion', 'kind'].filter((field) => typeof value[field] !== 'string');
  return `has no ${missing.join(' and no ')}`;
}

/** `v1/List`, and lists of one kind, as kubectl takes them. */
function itemsOf(object: RawObject): readonly RawObject[] {
  if (!object.kind.endsWith('List') || !Array.isArray(object.items)) return [object];
  return object.items.filter((item): item is RawObject => isMap(item) && typeof item.apiVersion === 'string' && typeof item.kind === 'string');
}

/** Configuration of editors and compilers comes as JSON with comments: what does not read is not meant for a cluster. */
function jsonOf(text: string): { values: readonly unknown[]; problems: readonly TextProblem[] } {
  try {
    return { values: [JSON.parse(text)], problems: [] };
  } catch {
    return { values: [], problems: [] };
  }
}

function documentsOf(text: string): { values: readonly unknown[]; problems: readonly TextProblem[] } {
  try {
    return { values: loadAll(text, null, { schema: KUBERNETES }) as unknown[], problems: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (error.reason === 'duplicated mapping key') return withDuplicates(text);
    const line = ((error.mark as { readonly line: number } | undefined)?.line ?? 0) + 1;
    return { values: [], problems: [{ rule: 'unreadable', line, document: 1, message: error.reason }] };
  }
}

/** Times and numbers in base 60 are strings. */
function isOfKubernetes(tag: Tags[number]): boolean {
  return typeof tag === 'string' || !(tag.tag.endsWith(':timestamp') || ('format' in tag && tag.format === 'TIME'));
}

/** Reads on where a key stands twice, which the other parser does not, to tell of all that there are. */
function withDuplicates(text: string): { values: readonly unknown[]; problems: readonly TextProblem[] } {
  const { duplicateKeys } = require('./duplicate-keys') as typeof import('./duplicate-keys');
  try {
    const yaml = readYaml(text, { uniqueKeys: false, version: '1.1', merge: true, customTags: (tags) => tags.filter(isOfKubernetes) });
    return {
      values: yaml.documents.map((document) => document.toJS({ maxAliasCount: 1000 })),
      problems: duplicateKeys(yaml).map(({ key, line, document }) => ({ rule: 'duplicate-key', line, document, message: `has key ${key} twice` })),
    };
  } catch (error) {
    // More aliases than its limit.
    if (error instanceof ReferenceError) return { values: [], problems: [{ rule: 'unreadable', document: 1, message: error.message }] };
    if (error instanceof YamlInvalid) return { values: [], problems: [{ rule: 'unreadable', line: error.line, document: 1, message: error.reason }] };
    throw error;
  }
}
