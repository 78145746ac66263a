import { assertValid, type SealingCertificate } from '../../../seal/certificate';
import { warn } from '../../print/warn';
import { fetchCertificate } from '../controller/with-controller';
import type { ControllerOptions } from '../options';
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
