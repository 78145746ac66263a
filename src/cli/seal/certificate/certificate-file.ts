import { relative, resolve } from 'node:path';
import { parseCertificates, type SealingCertificate } from '../../../seal/certificate';
import { certificatesPath } from '../../../synth/seal-rules';
import type { TextEdit } from '../../locks/text-edit';
import { readCommitted } from '../program/read-committed';

/**
 * Committed certificates of a cluster, the one to seal with first. None where there is no such file.
 * @throws CertificateInvalid
 */
export async function committedCertificates(root: string, cluster: string): Promise<readonly SealingCertificate[]> {
  const file = certificatesPath(cluster);
  const text = await readCommitted(root, file);
  return text === undefined ? [] : parseCertificates(text, file);
}

/** New certificates before those of older keys. */
function withOlder(fresh: readonly SealingCertificate[], known: readonly SealingCertificate[]): readonly SealingCertificate[] {
  return [...fresh, ...known.filter(({ fingerprint }) => !fresh.some((one) => one.fingerprint === fingerprint))];
}

/** The file of a cluster's certificates with new ones before those it has; undefined where nothing of it changes. The path is from here. */
export async function certificatesEdit(root: string, cluster: string, fresh: readonly SealingCertificate[]): Promise<TextEdit | undefined> {
  const path = certificatesPath(cluster);
  const before = await readCommitted(root, path);
  const known = before === undefined ? [] : parseCertificates(before, path);
  const text = pemOf(withOlder(fresh, known));
  return text === pemOf(known) ? undefined : { path: relative(process.cwd(), resolve(root, path)), text, before: before ?? null };
}

export function pemOf(certificates: readonly SealingCertificate[]): string {
  return certificates.map(({ pem }) => pem).join('');
}
