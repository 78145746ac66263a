import { splitApiVersion } from '../../model/object';
import type { Draft } from '../finding';
import { isMap, kindOf, metadataOf, type RawObject } from '../manifest';
import { apiLifecycle } from '../schema/api-lifecycle';
import { checkShape } from '../schema/check-shape';
import type { Field } from '../schema/field';
import type { Schemas } from '../schema/schemas';
import type { Shape } from '../schema/shape';

/** Where an object is not what the schema of its kind says. */
export function schemaDrafts(object: RawObject, schemas: Schemas): Draft[] {
  const shape = schemas.builtIn(kindOf(object)) ?? customShape(object, schemas);
  if (shape === undefined) return unknownKind(object, schemas);
  // That labels and annotations are strings is a rule of its own.
  const problems = checkShape(object, shape)
    .filter(({ field }) => !isMetadataText(field))
    .map(({ field, message, isLimit }): Draft => ({ rule: isLimit ? 'value' : 'schema', field, message }));
  return [...problems, ...nameDrafts(object)];
}

function customShape(object: RawObject, schemas: Schemas): Shape | undefined {
  const { version } = splitApiVersion(object.apiVersion);
  return schemas.customKind(object.apiVersion, object.kind)?.versions.get(version)?.shape;
}

function unknownKind(object: RawObject, schemas: Schemas): Draft[] {
  const kind = kindOf(object);
  // What Kubernetes no longer serves is told by another rule.
  if (apiLifecycle(kind)?.removed !== undefined) return [];
  const { group, version } = splitApiVersion(object.apiVersion);
  const custom = schemas.customKind(object.apiVersion, object.kind);
  if (custom) {
    const served = [...custom.versions.values()].filter(({ isServed }) => isServed).map(({ name }) => name);
    return [
      {
        rule: 'schema',
        field: ['apiVersion'],
        message: `has no version ${version} of ${object.kind}: its definition has ${served.join(', ')}`,
        remedy: `use ${served.map((name) => `${group}/${name}`).join(' or ')}${custom.isShipped ? ', or commit the definition that the cluster has' : ''}`,
      },
    ];
  }
  const others = schemas.kubernetes.kinds.filter((one) => groupOf(one) === group);
  // Configuration of programs looks like objects, but for metadata.
  if (!isMap(object.metadata)) return [];
  if (others.length === 0) return [{ rule: 'unknown-kind', message: `no schema is known of ${kind}` }];
  const same = others.filter((one) => one.endsWith(`/${object.kind}`)).map((one) => one.slice(0, one.lastIndexOf('/')));
  const there = same.length === 0 ? '' : `: it serves ${same.join(', ')}`;
  return [
    {
      rule: 'schema',
      field: [same.length === 0 ? 'kind' : 'apiVersion'],
      message: `Kubernetes ${schemas.kubernetes.version} has no ${kind}${there}`,
      remedy: 'correct apiVersion and kind',
    },
  ];
}

function groupOf(kind: string): string {
  return splitApiVersion(kind.slice(0, kind.lastIndexOf('/'))).group;
}

function nameDrafts(object: RawObject): Draft[] {
  const { name, generateName } = metadataOf(object);
  if ((typeof name === 'string' && name !== '') || typeof generateName === 'string') return [];
  return [{ rule: 'not-an-object', field: ['metadata', 'name'], message: 'is required' }];
}

function isMetadataText([first, second, ...more]: Field): boolean {
  return first === 'metadata' && (second === 'labels' || second === 'annotations') && more.length === 1;
}
