import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCertificates, type SealingCertificate } from '../../../seal/certificate';
import { certificatesPath } from '../../../synth/seal-rules';

/**
 * Committed certificates of a cluster, the one to seal with first. None where there is no such file.
 * @throws CertificateInvalid
 */
export async function committedCertificates(root: string, cluster: string): Promise<readonly SealingCertificate[]> {
  const file = certificatesPath(cluster);
  try {
    return parseCertificates(await readFile(join(root, file), 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** New certificates before those of older keys. */
export function withOlder(fresh: readonly SealingCertificate[], known: readonly SealingCertificate[]): readonly SealingCertificate[] {
  return [...fresh, ...known.filter(({ fingerprint }) => !fresh.some((one) => one.fingerprint === fingerprint))];
}

export function pemOf(certificates: readonly SealingCertificate[]): string {
  return certificates.map(({ pem }) => pem).join('');
}
