import { createHash, randomBytes } from 'node:crypto';
import { until } from '../../demo/observe';
import type { RawKubeClient } from '../../src/kube/client';
import { kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import type { SealedSecret } from '../../src/seal/sealed-secret';

export const SECRET = { group: '', version: 'v1', kind: 'Secret' };

export type Values = Readonly<Record<string, Buffer>>;

/** Of every sort that there is, and never the same twice: whatever finds one of them finds it because it leaked. */
export function someValues({ large = false }: { readonly large?: boolean } = {}): Values {
  return {
    password: Buffer.from(`plain "${randomBytes(12).toString('hex')}"\n\u00fc\u0000`),
    binary: randomBytes(256),
    empty: Buffer.alloc(0),
    ...(large && { large: randomBytes(900_000) }),
  };
}

/** A Secret's manifest, as people give it to kubeseal. */
export function secretManifest(namespace: string, name: string, values: Values, annotations: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, annotations }, data: dataOf(values) });
}

/** As a Secret has them. */
function dataOf(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.toString('base64')]));
}

/** Of values as a Secret has them, by key: what differs can be told without telling the values. */
export function digestsOf(of: Values | KubeObject): Readonly<Record<string, string>> {
  const data = 'metadata' in of ? (of as { data?: Readonly<Record<string, string | null>> }).data : dataOf(of as Values);
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => [
      key,
      createHash('sha256')
        .update(value ?? '', 'base64')
        .digest('hex'),
    ]),
  );
}

/** Waits for a Secret that is as asked. */
export async function untilSecret(
  client: RawKubeClient,
  namespace: string,
  name: string,
  isIt: (secret: KubeObject) => boolean = () => true,
): Promise<KubeObject> {
  return until(client, SECRET, { namespace, fieldSelector: `metadata.name=${name}` }, `Secret ${namespace}/${name}`, (found) => found.find(isIt));
}

/** Waits until a SealedSecret was visited at its present generation; gives its condition. */
export async function untilSynced(client: RawKubeClient, namespace: string, name: string, status: 'True' | 'False' = 'True'): Promise<string> {
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  return until(client, kinds.SealedSecret, selection, `SealedSecret ${namespace}/${name} with Synced=${status}`, ([found]) => {
    const { observedGeneration, conditions } = (found?.status ?? {}) as SealedStatus;
    const synced = conditions?.find(({ type }) => type === 'Synced');
    return synced?.status === status && observedGeneration === found!.metadata.generation ? (synced.message ?? '') : undefined;
  });
}

interface SealedStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** Creates a SealedSecret as it was printed: an apply of kubectl would keep a second copy of what is large already. */
export async function createSealed(client: RawKubeClient, json: string): Promise<SealedSecret> {
  return client.create(JSON.parse(json) as SealedSecret);
}
