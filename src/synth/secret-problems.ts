import { errors, type FairleadError } from '../common/errors';
import { nameOf, splitApiVersion } from '../model/object';
import type { NamedSecret } from './named-secret';
import { type SecretUse, secretUses } from './secret-uses';
import { isAnySecretNamed, resolveText } from './tokens';

/** An object as cdk8s prints it, with tokens in it. */
interface TokenObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Kubernetes' own words: what stands beside such a name is a key of that Secret. In values of a chart nothing else need be. */
const REFERENCE = /\/(?:secretKeyRef\/name|secret\/secretName)$/;

/** Where an object names a Secret it will not see, or a key the Secret will not have. What names itself after a Secret uses none. */
export function secretUseProblems(object: TokenObject, cluster: string | undefined): FairleadError[] {
  if (!isAnySecretNamed()) return [];
  const uses = secretUses(object).filter(({ field }) => field !== '/metadata/name');
  if (uses.length === 0) return [];
  const shown = resolveText(nameOf({ kind: object.kind, namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? '' }));
  return uses.flatMap((use) => {
    if (isChartValue(object, use.field) && !REFERENCE.test(use.field))
      return use.namespace === undefined ? placeProblems(object, shown, use, cluster) : [];
    return [...placeProblems(object, shown, use, cluster), ...keyProblems(use)];
  });
}

function placeProblems(object: TokenObject, shown: string, { secret, field, namespace }: SecretUse, cluster: string | undefined): FairleadError[] {
  const home = namespace ?? namespaceAt(object, field);
  const isSeen = [
    home === undefined || secret.namespace === undefined || home === secret.namespace,
    cluster === undefined || secret.cluster === undefined || cluster === secret.cluster,
  ];
  if (isSeen.every(Boolean)) return [];
  const here = placeText(home ?? secret.namespace, cluster);
  const there = placeText(secret.namespace ?? home, secret.cluster ?? cluster);
  return [errors.SecretElsewhere({ object: shown, here, field: resolveText(field), secret: secret.name, there })];
}

/** Undefined where only what the object does to others would tell. */
function namespaceAt(object: TokenObject, field: string): string | undefined {
  const target = isChartValue(object, field) ? (object.spec as { readonly targetNamespace?: string }).targetNamespace : undefined;
  return target ?? object.metadata?.namespace;
}

function isChartValue({ apiVersion, kind }: TokenObject, field: string): boolean {
  return kind === 'HelmRelease' && splitApiVersion(apiVersion).group === 'helm.toolkit.fluxcd.io' && field.startsWith('/spec/values/');
}

function keyProblems({ secret, keys }: SecretUse): FairleadError[] {
  const known = secret.keys();
  if (!known) return [];
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => errors.SecretKeyUnknown({ secret: secretText(secret), key, keys: known.join(', ') || 'none' }));
}

function secretText({ namespace, name }: NamedSecret): string {
  return namespace ? `${namespace}/${name}` : name;
}

function placeText(namespace: string | undefined, cluster: string | undefined): string {
  return [...(namespace ? [`namespace ${namespace}`] : []), ...(cluster ? [`cluster ${cluster}`] : [])].join(' of ');
}
