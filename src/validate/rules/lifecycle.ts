import { splitApiVersion } from '../../model/object';
import type { Draft } from '../finding';
import { kindOf, type RawObject } from '../manifest';
import { apiLifecycle } from '../schema/api-lifecycle';
import { minorOf } from '../schema/kubernetes-schemas';
import type { Schemas } from '../schema/schemas';

/**
 * What of an object's API ends: that it is gone in the cluster's version is an error, and so it is in the version one wants to go to.
 * @param against version to go to, such as `1.37`
 */
export function lifecycleDrafts(object: RawObject, schemas: Schemas, version: string, against?: string): Draft[] {
  const own = apiLifecycle(kindOf(object));
  if (own === undefined) return customDrafts(object, schemas);
  const replace = own.replacement === undefined ? 'see the deprecation guide of Kubernetes for what takes its place' : `use ${own.replacement}`;
  const draft = (rule: string, message: string): Draft[] => [{ rule, field: ['apiVersion'], message, remedy: replace }];
  const isAt = (when: string | undefined, at: string) => when !== undefined && minorOf(when) <= minorOf(at);
  const target = [version, ...(against === undefined ? [] : [against])].find((at) => isAt(own.removed, at));
  if (target !== undefined) return draft('removed-api', `Kubernetes ${target} does not serve ${kindOf(object)}: it ended with ${own.removed}`);
  const ends = own.removed === undefined ? '' : ` and ends with ${own.removed}`;
  const isDeprecated = isAt(own.deprecated, version) || (against !== undefined && isAt(own.deprecated, against));
  return isDeprecated ? draft('deprecated-api', `${kindOf(object)} is deprecated since ${own.deprecated}${ends}`) : [];
}

function customDrafts(object: RawObject, schemas: Schemas): Draft[] {
  if (schemas.builtIn(kindOf(object))) return [];
  const { version } = splitApiVersion(object.apiVersion);
  const kind = schemas.customKind(object.apiVersion, object.kind);
  const found = kind?.versions.get(version);
  if (kind === undefined || found === undefined) return [];
  const served = [...kind.versions.values()].filter(({ isServed, deprecation }) => isServed && deprecation === undefined).map(({ name }) => name);
  const remedy = `use ${served.map((name) => `${kind.group}/${name}`).join(' or ')}`;
  if (!found.isServed) return [{ rule: 'removed-api', field: ['apiVersion'], message: `its definition does not serve ${version} any more`, remedy }];
  if (found.deprecation === undefined) return [];
  return [{ rule: 'deprecated-api', field: ['apiVersion'], message: found.deprecation || `its definition calls ${version} deprecated`, remedy }];
}
