import { annotations as names } from '../model/labels';
import { annotationsFor } from '../seal/scope';
import type { SealedFile } from '../seal/sealed-file';
import type { SecretTemplate } from '../seal/sealed-secret';
import { printSealedWith } from '../seal/sealed-with';
import type { SealRequest } from './seal-request';

/** Folder of sealed files, from the folder of cdk8s.yaml. */
export const SEALED_FOLDER = 'secrets';

/** What kubectl leaves behind: the whole object as it once was. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type SecretPlace = Pick<SealRequest, 'cluster' | 'layer' | 'namespace' | 'name'>;

/** How the command line names a Secret: `gke/dev/basic-auth`, with the namespace before the name where it is not that of the layer. */
export function sealAddress({ cluster, layer, namespace, name }: SecretPlace): string {
  return [cluster, layer, ...(namespace === layer || namespace === '' ? [] : [namespace]), name].join('/');
}

/** The sealed file of a Secret whose construct names none. */
export function sealedPath(place: SecretPlace): string {
  return `${SEALED_FOLDER}/${sealAddress(place)}.yaml`;
}

/** Stands for a file in messages where the program itself has the sealed values. */
export const INLINE = 'encryptedData';

/** Certificates that values of a cluster are sealed with, the newest first. */
export function certificatesPath(cluster: string): string {
  return `certs/${cluster}.pem`;
}

/** What a sealed file says of the object that synth writes, besides its name. */
export interface SealedContent {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: { readonly encryptedData: Readonly<Record<string, string>>; readonly template?: SecretTemplate };
}

type Shape = Pick<SealedFile, 'scope' | 'template'>;
type Values = Shape & Pick<SealedFile, 'encryptedData' | 'sealedWith' | 'annotations' | 'labels'>;

/** What is written of a sealed file. Values and scope are the file's. */
export function sealedContent(file: Values, said: SecretTemplate): SealedContent {
  const { scope, encryptedData, sealedWith } = file;
  const recorded = printSealedWith(encryptedData, sealedWith);
  const { [LAST_APPLIED]: _, ...annotations } = file.annotations;
  const template = secretTemplate(file, said);
  return {
    labels: file.labels,
    annotations: { ...annotations, ...annotationsFor(scope), ...(recorded !== undefined && { [names.sealedWith]: recorded }) },
    spec: { encryptedData, ...(!isEmpty(template) && { template }) },
  };
}

/** What the Secret looks like besides its values: field by field as the program says, or where it says nothing as the file does. */
export function secretTemplate({ scope, template: file }: Shape, said: SecretTemplate): SecretTemplate {
  const { name: _, namespace: __, creationTimestamp: ___, labels: fileLabels, annotations: fileAnnotations, ...others } = file.metadata ?? {};
  const labels = said.metadata?.labels ?? fileLabels ?? {};
  // kubeseal puts the scope's annotations on the Secret too.
  const annotations = { ...(said.metadata?.annotations ?? fileAnnotations), ...annotationsFor(scope) };
  const metadata = { ...others, ...(!isEmpty(labels) && { labels }), ...(!isEmpty(annotations) && { annotations }) };
  const type = said.type ?? file.type;
  const immutable = said.immutable ?? file.immutable;
  const data = said.data ?? file.data;
  return {
    ...(!isEmpty(metadata) && { metadata }),
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
    ...(data !== undefined && !isEmpty(data) && { data }),
  };
}

/** Keys of the Secret. */
export function secretKeys(file: Shape & Pick<SealedFile, 'encryptedData'>, said: SecretTemplate): string[] {
  return [...new Set([...Object.keys(file.encryptedData), ...Object.keys(secretTemplate(file, said).data ?? {})])].sort();
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
