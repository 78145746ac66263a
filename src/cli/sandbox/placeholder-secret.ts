import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { KEYS_OF_TYPE, placeholderValue } from './placeholder-values';

interface Template {
  readonly type?: string;
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly data?: Readonly<Record<string, unknown>> | null;
}

interface SealedSpec {
  readonly encryptedData?: Readonly<Record<string, string>>;
  readonly template?: Template;
}

interface ExternalSpec {
  readonly target?: { readonly name?: string; readonly template?: Template };
  readonly data?: readonly { readonly secretKey: string }[];
}

const EXTERNAL_SECRETS = 'external-secrets.io/';

/** The Secret that an object would make, with its keys and dummy values. Undefined for what makes none. */
export function placeholderFor(object: KubeObject): KubeObject | undefined {
  if (isSealed(object)) {
    const { encryptedData = {}, template } = object.spec as SealedSpec;
    return secretOf(object, object.metadata.name, template, Object.keys(encryptedData));
  }
  if (object.kind === 'ExternalSecret' && object.apiVersion.startsWith(EXTERNAL_SECRETS)) {
    const { target, data = [] } = object.spec as ExternalSpec;
    const keys = data.map(({ secretKey }) => secretKey);
    return secretOf(object, target?.name ?? object.metadata.name, target?.template, keys);
  }
  return undefined;
}

function isSealed({ apiVersion, kind }: KubeObject): boolean {
  return kind === kinds.SealedSecret.kind && apiVersion.startsWith(`${kinds.SealedSecret.group}/`);
}

function secretOf({ metadata }: KubeObject, name: string, template: Template | undefined, own: readonly string[]): KubeObject {
  const { type, metadata: of, data } = template ?? {};
  const keys = new Set([...own, ...Object.keys(data ?? {}), ...(KEYS_OF_TYPE[type ?? ''] ?? [])]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: metadata.namespace,
      ...(of?.labels === undefined ? {} : { labels: of.labels }),
      ...(of?.annotations === undefined ? {} : { annotations: of.annotations }),
    },
    ...(type === undefined ? {} : { type }),
    stringData: Object.fromEntries([...keys].sort().map((key) => [key, placeholderValue(key)])),
  };
}
