import { errors, type FairleadError } from '../common/errors';
import type { SealingCertificate } from '../seal/certificate';
import type { SealedFile } from '../seal/sealed-file';
import type { SealRequest } from './seal-request';
import { certificatesPath, INLINE } from './seal-rules';
import type { SealBook } from './seals';

const SEAL_ANEW = 'fairlead seal rotate seals it anew and records the key; fairlead seal verify asks the cluster';
const KEEP_IN_FILE = 'keep it in a file, where fairlead seal records the key';

/** What cannot be known of the values of a Secret, and what is getting old. That no certificates are there is said once for the cluster. */
export function keyWarnings(
  { file, cluster }: SealRequest,
  { encryptedData, sealedWith }: SealedFile,
  certificates: readonly SealingCertificate[] | undefined,
): FairleadError[] {
  if (!certificates) return [];
  const keys = Object.keys(encryptedData).sort();
  const unknown = keys.filter((key) => !sealedWith.has(key));
  const older = keys.filter((key) => certificates.findIndex(({ fingerprint }) => fingerprint === sealedWith.get(key)) > 0);
  return [
    ...(unknown.length > 0
      ? [errors.SealingKeyUnknown({ keys: unknown.join(', '), file, cluster, remedy: file === INLINE ? KEEP_IN_FILE : SEAL_ANEW })]
      : []),
    ...(older.length > 0 ? [errors.SealedForOlderKey({ keys: older.join(', '), file, cluster })] : []),
  ];
}

/** What is to be said of the sealed files of a cluster as a whole. */
export function clusterSealWarnings(cluster: string, book: SealBook, requests: readonly SealRequest[]): FairleadError[] {
  const own = requests.filter((request) => request.cluster === cluster);
  const { content, problem } = book.certificatesOf(cluster);
  const files = own.length === 1 ? own[0].file : `${own.length} sealed files`;
  const lacksCertificates = own.length > 0 && !content && !problem;
  return [
    ...(lacksCertificates ? [errors.SealingCertificatesMissing({ certificates: certificatesPath(cluster), cluster, files })] : []),
    ...book.unused(cluster, requests).map((file) => errors.SealedFileUnused({ file })),
  ];
}
