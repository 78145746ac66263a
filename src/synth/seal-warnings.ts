import { errors, type FairleadError } from '../common/errors';
import type { SealingCertificate } from '../seal/certificate';
import type { SealedFile } from '../seal/sealed-file';
import { sealCommand } from './seal-commands';
import type { SealRequest } from './seal-request';
import { certificatesPath, INLINE } from './seal-rules';
import type { SealBook } from './seals';

const ROTATE = 'fairlead seal rotate';
const SEAL_ANEW = `${ROTATE} seals it anew and records the key; fairlead seal verify asks the cluster`;
const SAY_KEY = 'say the fingerprint of that key in sealedWith, or keep the values in a file, where fairlead seal records it';

/** What cannot be known of the values of a Secret, and what is getting old. That no certificates are there is said once for the cluster. */
export function keyWarnings(
  request: SealRequest,
  { encryptedData, sealedWith }: SealedFile,
  certificates: readonly SealingCertificate[] | undefined,
): FairleadError[] {
  if (!certificates) return [];
  const { file, cluster } = request;
  const isInline = file === INLINE;
  const keys = Object.keys(encryptedData).sort();
  const unknown = keys.filter((key) => !sealedWith.has(key));
  const older = keys.filter((key) => certificates.findIndex(({ fingerprint }) => fingerprint === sealedWith.get(key)) > 0);
  return [
    ...(unknown.length > 0 ? [errors.SealingKeyUnknown({ keys: unknown.join(', '), file, cluster, remedy: isInline ? SAY_KEY : SEAL_ANEW })] : []),
    ...(older.length > 0
      ? [errors.SealedForOlderKey({ keys: older.join(', '), file, cluster, command: isInline ? sealCommand(request, older) : ROTATE })]
      : []),
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
    ...book.unused(cluster, () => requests).map((file) => errors.SealedFileUnused({ file })),
  ];
}
