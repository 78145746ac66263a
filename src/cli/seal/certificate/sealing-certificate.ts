import { errors } from '../../../common/errors';
import { assertValid, type SealingCertificate } from '../../../seal/certificate';
import { certificatesPath } from '../../../synth/seal-rules';
import { warn } from '../../print/warn';
import { fetchCertificate } from '../controller/with-controller';
import type { ControllerOptions } from '../options';
import { committedCertificates } from './certificate-file';
import { certificatesAt } from './certificates-at';

/** Environment variable that `--cert` may come in, as with kubeseal. */
const VARIABLE = 'SEALED_SECRETS_CERT';

/**
 * The certificate to seal with where no construct says the cluster: `--cert`, SEALED_SECRETS_CERT, else that of the cluster kubectl would speak to.
 * @throws CertificateUnreadable, CertificateInvalid, CertificateExpired, and what asking the cluster throws
 */
export async function sealingCertificate(options: ControllerOptions & { readonly cert?: string }): Promise<SealingCertificate> {
  const place = options.cert ?? (process.env[VARIABLE] || undefined);
  const { certificates, from } =
    place === undefined ? await fetchCertificate(options) : { certificates: await certificatesAt(place, warn), from: place };
  const newest = certificates[0]!;
  assertValid(newest, from, new Date());
  return newest;
}

/**
 * The certificate to seal with for a cluster of the program: that of `--cert`, else the newest that is committed.
 * @throws CertificateMissing, CertificateUnreadable, CertificateInvalid, CertificateExpired
 */
export async function certificateOf(root: string, cluster: string, place: string | undefined): Promise<SealingCertificate> {
  const known = await committedCertificates(root, cluster);
  const certificates = place === undefined ? known : await certificatesAt(place, warn);
  const [newest] = certificates;
  if (newest === undefined) throw errors.CertificateMissing({ cluster, file: certificatesPath(cluster) });
  assertValid(newest, place ?? certificatesPath(cluster), new Date());
  if (!known.some(({ fingerprint }) => fingerprint === newest.fingerprint)) {
    warn(`${certificatesPath(cluster)} does not have the key of ${place}, ${newest.fingerprint}: whether ${cluster} can open it is not known here`);
  }
  return newest;
}
