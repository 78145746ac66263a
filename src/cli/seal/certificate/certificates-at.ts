import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describeFileFault } from '../../../common/describe-file-fault';
import { errors } from '../../../common/errors';
import { Transport } from '../../../oci/transport';
import { parseCertificates, type SealingCertificate } from '../../../seal/certificate';

const MOST_BYTES = 2 ** 20;

/**
 * Certificates at an address, as `--cert` of kubeseal takes one: a file, `file://`, `https://` or `http://`.
 * @param warn told of an address whose answer anybody on the way could replace
 * @throws CertificateInvalid, CertificateUnreadable, and what the transport throws
 */
export async function certificatesAt(place: string, warn: (text: string) => void): Promise<readonly SealingCertificate[]> {
  const url = addressOf(place);
  if (url === undefined || url.protocol === 'file:') return parseCertificates(await contentOf(url ?? place), place);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw errors.CertificateUnreadable({ from: withoutCredentials(url), reason: `${url.protocol}// is not supported` });
  }
  if (url.protocol === 'http:' && !isLoopback(url))
    warn(`http:// proves nothing: whoever is between you and ${url.host} could have you seal for a key of theirs`);
  return parseCertificates(await fetched(url), withoutCredentials(url));
}

/** Whether nobody can be between us and it. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Undefined for a path; a letter before the colon is a drive. */
function addressOf(place: string): URL | undefined {
  return /^[a-z][a-z0-9+.-]+:/i.test(place) && URL.canParse(place) ? new URL(place) : undefined;
}

async function contentOf(file: string | URL): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const from = typeof file === 'string' ? file : fileURLToPath(file);
    throw errors.CertificateUnreadable({ from, reason: describeFileFault(cause) }, cause);
  }
}

async function fetched(url: URL): Promise<string> {
  const transport = new Transport();
  try {
    const { status, body } = await transport.get(url, { limit: MOST_BYTES });
    if (status !== 200) throw errors.CertificateUnreadable({ from: withoutCredentials(url), reason: `it answered ${status}` });
    return body.toString();
  } finally {
    transport.close();
  }
}

function withoutCredentials({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
