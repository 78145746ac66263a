import type { Draft } from '../finding';
import { isMap, type RawObject } from '../manifest';
import type { Field } from '../schema/field';

/** `image.tag`, `env[0].value`: what `helm --set` takes for a path. Keys of values are names, and dots in them are dots. */
const PATH = /^[A-Za-z_][\w-]*(?:\[\d+\]|\.[A-Za-z_][\w-]*)+$/;
const FILE = /\.(?:ya?ml|json|toml|ini|conf|cfg|properties|xml|sh|py|js|ts|sql|txt|md|crt|key|pem|html|tpl|lua|env|cnf|config|php|rules)$/;

/**
 * Keys in the values of a release that somebody meant as paths.
 * @param defaults values of the chart @default - not known
 */
export function setGrammarDrafts(object: RawObject, defaults?: unknown): Draft[] {
  const { spec } = object;
  if (object.kind !== 'HelmRelease' || !isMap(spec) || !isMap(spec.values)) return [];
  return draftsIn(spec.values, isMap(defaults) ? defaults : undefined, ['spec', 'values']);
}

function draftsIn(values: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>> | undefined, at: Field): Draft[] {
  return Object.entries(values).flatMap(([key, value]): Draft[] => {
    const field = [...at, key];
    const within = isMap(value) ? draftsIn(value, childOf(defaults, key), field) : Array.isArray(value) ? draftsInList(value, field) : [];
    return isMeantAsPath(key, values, defaults, at.length === 2) ? [draft(key, field), ...within] : within;
  });
}

function draftsInList(items: readonly unknown[], at: Field): Draft[] {
  return items.flatMap((item, index) => (isMap(item) ? draftsIn(item, undefined, [...at, index]) : []));
}

function isMeantAsPath(
  key: string,
  values: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> | undefined,
  isTop: boolean,
): boolean {
  if (!PATH.test(key) || FILE.test(key) || (defaults && Object.hasOwn(defaults, key))) return false;
  if (key.includes('[')) return true;
  const first = key.slice(0, key.indexOf('.'));
  const isBranch = [values, defaults].some((one) => one !== undefined && Object.hasOwn(one, first) && isMap(one[first]));
  // The name of a chart's value has no dots, but what the chart does with keys further in, only it knows.
  return isBranch || (isTop && defaults === undefined);
}

function draft(key: string, field: Field): Draft {
  const parts = key.split(/\.|(?=\[)/);
  const nested = parts.some((part) => part.startsWith('['))
    ? 'write it as a list'
    : `write it as ${parts.join(': {')}: …${'}'.repeat(parts.length - 1)}`;
  return { rule: 'set-grammar', field, message: 'is one name with dots in it, not a path as with --set', remedy: nested };
}

function childOf(values: Readonly<Record<string, unknown>> | undefined, key: string): Readonly<Record<string, unknown>> | undefined {
  const child = values && Object.hasOwn(values, key) ? values[key] : undefined;
  return isMap(child) ? child : undefined;
}
