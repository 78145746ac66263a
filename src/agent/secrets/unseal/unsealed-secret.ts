import { errors } from '../../../common/errors';
import { annotations } from '../../../model/labels';
import type { KubeObject, OwnerReference } from '../../../model/object';
import type { SealedSecret, SecretTemplate } from '../../../seal/sealed-secret';
import { templateRefusal } from '../../../seal/template-rules';
import { unsealedFrom } from './unsealed-from';

export interface Secret extends KubeObject {
  readonly type: string;
  readonly immutable?: boolean;
  /** In base64. */
  readonly data: Readonly<Record<string, string>>;
}

type Opened = ReadonlyMap<string, Buffer>;
type Values = Readonly<Record<string, string>>;

/** Copies of a whole object that tools leave behind: in a Secret's they would show its values to who may see metadata alone. */
const COPIES: readonly string[] = ['kubectl.kubernetes.io/last-applied-configuration', 'kubecfg.ksonnet.io/last-applied-configuration'];

/** Keys the Secret will have; undefined where only the opened whole can tell. */
export function keysOf({ spec }: SealedSecret): readonly string[] | undefined {
  if (spec.data) return undefined;
  return [...new Set([...Object.keys(spec.encryptedData ?? {}), ...Object.keys(spec.template?.data ?? {})])];
}

/**
 * The Secret with these values, as upstream makes it: shape by the template, name and namespace by the SealedSecret, which owns it unless the template
 * says otherwise.
 */
export function secretOf(sealed: SealedSecret, values: Opened): Secret {
  const data = Object.fromEntries([...values].map(([key, value]) => [key, value.toString('base64')]));
  return shaped(sealed, sealed.spec.template ?? {}, data);
}

/**
 * The Secret that the deprecated `spec.data` held as a whole.
 * @throws SealedWholeInvalid
 */
export function secretOfWhole(sealed: SealedSecret, whole: Buffer): Secret {
  const { name, namespace } = sealed.metadata;
  const secret = parsed(whole);
  if (secret === undefined) throw errors.SealedWholeInvalid({ object: `SealedSecret/${namespace}/${name}` });
  const { data, stringData, ...template } = secret;
  const texts = Object.entries(stringData ?? {}).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return shaped(sealed, template, { ...data, ...Object.fromEntries(texts) });
}

type Whole = Pick<SecretTemplate, 'metadata' | 'type' | 'immutable'> & { readonly data?: Values; readonly stringData?: Values };

/** What JSON's own errors say has pieces of the text in it, and so have Buffer's of what is no text. */
function parsed(whole: Buffer): Whole | undefined {
  try {
    const secret = JSON.parse(whole.toString()) as (KubeObject & Whole) | null;
    if (secret?.kind !== 'Secret' || secret.apiVersion !== 'v1') return undefined;
    const { data, stringData, metadata, type = '' } = secret;
    const isReadable = typeof type === 'string' && [data, stringData, metadata?.labels, metadata?.annotations].every(areTexts);
    return isReadable ? secret : undefined;
  } catch {
    return undefined;
  }
}

function areTexts(map: unknown): boolean {
  return typeof (map ?? {}) === 'object' && Object.values(map ?? {}).every((value) => typeof value === 'string');
}

function shaped(sealed: SealedSecret, template: Whole | SecretTemplate, data: Values): Secret {
  const { name, namespace } = sealed.metadata;
  const { labels, annotations: notes } = template.metadata ?? {};
  const kept = Object.entries(notes ?? {}).filter(([key]) => !COPIES.includes(key));
  const isFree = sealed.spec.template?.metadata?.annotations?.[annotations.sealedSkipOwner] === 'true';
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      ...(labels && Object.keys(labels).length > 0 && { labels }),
      annotations: { ...Object.fromEntries(kept), [annotations.unsealedFrom]: unsealedFrom(sealed) },
      ...(!isFree && { ownerReferences: [ownerOf(sealed)] }),
    },
    type: template.type || 'Opaque',
    ...(typeof template.immutable === 'boolean' && { immutable: template.immutable }),
    data,
  };
}

/** @throws SecretNotAllowed where making it would give more than a Secret */
export function assertAllowed({ metadata, type }: Pick<Secret, 'metadata' | 'type'>): void {
  const { name, labels, annotations: notes } = metadata;
  const reason = [labels, notes].every(areTexts)
    ? templateRefusal(name, { metadata: { labels }, type })
    : 'has a label or annotation that is no text';
  if (reason !== undefined) throw errors.SecretNotAllowed({ secret: `${metadata.namespace}/${metadata.name}`, reason });
}

function ownerOf({ apiVersion, kind, metadata: { name, uid = '' } }: SealedSecret): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true };
}
