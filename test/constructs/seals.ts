import type { Cluster, Platform } from '../../src';
import { parseCertificates, type SealingCertificate } from '../../src/seal/certificate';
import { createSealingKey } from '../../src/seal/create-key';
import { labelFor } from '../../src/seal/scope';
import { printSealedFile, type SealedFile } from '../../src/seal/sealed-file';
import { sealValue } from '../../src/seal/sealed-value';
import { openSeals } from '../../src/synth/seals';
import { tellWarnings, warningsOf } from '../../src/synth/warnings';
import { programOf, type Tree, treeOf } from './programs';

export type Files = { readonly [path: string]: string };

export async function newCertificate(bits = 2048): Promise<SealingCertificate> {
  const { certificatePem } = await createSealingKey({ bits });
  return parseCertificates(certificatePem, 'a test')[0];
}

export interface Sealed extends Partial<Omit<SealedFile, 'encryptedData' | 'sealedWith'>> {
  readonly values?: { readonly [key: string]: string };
  /** Whether the key is recorded, as `kubeseal` never does. */
  readonly isRecorded?: boolean;
}

/** A sealed file of `dev/basic-auth`. */
export function sealed(
  { publicKey, fingerprint }: SealingCertificate,
  { values = { user: 'ann', password: 'x' }, isRecorded = true, ...file }: Sealed = {},
): string {
  const { namespace = 'dev', name = 'basic-auth', scope = 'strict', template = {}, annotations = {}, labels = {} } = file;
  const label = labelFor(scope, namespace, name);
  const encryptedData = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, sealValue(Buffer.from(value), publicKey, label)]));
  const sealedWith = new Map(isRecorded ? Object.keys(values).map((key) => [key, fingerprint]) : []);
  return printSealedFile({ namespace, name, scope, encryptedData, sealedWith, template, annotations, labels });
}

type Build = (cluster: Cluster) => void;

export function sealedProgram(build: Build, files: Files): Platform {
  return programOf((cluster) => {
    const list = (id: string) => Object.keys(files).filter((path) => path.startsWith(`secrets/${id}/`));
    openSeals(cluster.platform, { read: (path) => files[path], list });
    build(cluster);
  });
}

/** Objects by path in `dist/gke`. */
export function sealedTree(build: Build, files: Files): Tree {
  return Object.fromEntries(Object.entries(treeOf(sealedProgram(build, files))).map(([path, object]) => [path.replace(/^gke\//, ''), object]));
}

/** What synth complains about, each as `[path] code detail → remedy`, without a path where it is the whole program's. */
export function complaintsOf(build: Build, files: Files = {}): string[] {
  try {
    sealedTree(build, files);
  } catch (error) {
    return [...(error as Error).message.matchAll(/^ {2}((?:\[|FL).*)\n {6}(.*)$/gm)].map(([, problem, remedy]) => `${problem} → ${remedy}`);
  }
  return [];
}

export function warningsIn(build: Build, files: Files): string[] {
  return tellWarnings(warningsOf(sealedProgram(build, files)), false);
}
