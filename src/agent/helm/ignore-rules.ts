import { createHash } from 'node:crypto';
import type { ManifestObject } from '../../model/object';
import type { IgnoreRule } from './helm-release';
import { placed, type Work } from './work';

/**
 * Objects as they must be applied where `driftDetection.ignore` leaves fields to others: those fields are as they are in the
 * cluster. Objects that differ in nothing else, or are ignored whole (pointer `""` or `/`), are left out.
 */
export async function heedIgnored(work: Work, objects: readonly ManifestObject[], rules: readonly IgnoreRule[]): Promise<ManifestObject[]> {
  if (rules.length === 0) return [...objects];
  const heeded: ManifestObject[] = [];
  for (const object of objects) {
    const pointers = rules.filter((rule) => isMeant(rule, object)).flatMap((rule) => rule.paths);
    if (pointers.length === 0) heeded.push(object);
    else if (!pointers.some((pointer) => pointer === '' || pointer === '/')) heeded.push(...(await merged(work, object, pointers)));
  }
  return heeded;
}

async function merged(work: Work, object: ManifestObject, pointers: readonly string[]): Promise<ManifestObject[]> {
  const live = await work.cluster.client.get(await placed(work, object));
  if (live === undefined) return [object];
  const wanted = JSON.parse(object.json.toString()) as unknown;
  const left = withFields(wanted, live, pointers);
  if (isWithin(left, live)) return [];
  const json = Buffer.from(JSON.stringify(left));
  return [{ ...object, json, digest: createHash('sha256').update(json).digest('hex') }];
}

/** Selectors are Flux's: regular expressions over the whole of a field; labels and annotations as `key=value`, several with commas. */
export function isMeant(rule: IgnoreRule, object: ManifestObject): boolean {
  const target = rule.target ?? {};
  return (
    matches(target.group, object.group) &&
    matches(target.version, object.version) &&
    matches(target.kind, object.kind) &&
    matches(target.name, object.name) &&
    matches(target.namespace, object.namespace) &&
    selects(target.labelSelector, object.labels) &&
    selects(target.annotationSelector, object.annotations)
  );
}

function matches(pattern: string | undefined, value: string): boolean {
  return pattern === undefined || pattern === '' || new RegExp(`^(?:${pattern})$`).test(value);
}

function selects(selector: string | undefined, values: Readonly<Record<string, string>> = {}): boolean {
  const parts = (selector ?? '').split(',').map((part) => part.trim());
  return parts.every((part) => {
    if (part === '') return true;
    const [, key = part, not, value] = /^([^!=\s]+)\s*(!?)={1,2}\s*(.*)$/.exec(part) ?? [];
    if (value === undefined) return part.startsWith('!') ? values[part.slice(1)] === undefined : values[key] !== undefined;
    return (values[key] === value) === (not === '');
  });
}

/** The wanted object with these JSON pointers as they are in the live one; absent there, absent here. */
export function withFields(wanted: unknown, live: unknown, pointers: readonly string[]): unknown {
  return pointers.reduce((result, pointer) => withField(result, live, parse(pointer)), wanted);
}

function withField(wanted: unknown, live: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return live;
  const there = isContainer(live) ? (live as Record<string, unknown>)[step] : undefined;
  if (!isContainer(wanted)) return wanted;
  const copy = (Array.isArray(wanted) ? [...wanted] : { ...wanted }) as Record<string, unknown>;
  const changed = rest.length === 0 ? there : withField(copy[step], there, rest);
  if (changed === undefined) delete copy[step];
  else copy[step] = changed;
  return copy;
}

/** Whether the cluster has all that is wanted already. More there is none of our business; other spellings count as different. */
export function isWithin(wanted: unknown, live: unknown): boolean {
  if (!isContainer(wanted)) return wanted === live || (wanted === null && live === undefined);
  if (!isContainer(live) || Array.isArray(wanted) !== Array.isArray(live)) return false;
  if (Array.isArray(wanted))
    return wanted.length === (live as unknown[]).length && wanted.every((one, index) => isWithin(one, (live as unknown[])[index]));
  return Object.entries(wanted as object).every(([key, value]) => isWithin(value, (live as Record<string, unknown>)[key]));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function parse(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
