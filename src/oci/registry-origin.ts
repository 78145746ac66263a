import { errors } from '../common/errors';
import { isLocalRegistry } from './image-name';
import type { Transport } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

const PROBE_MS = 5_000;
/** A registry may be moved to TLS while we run. */
const KNOWN_MS = 10 * 60_000;

/** Which of HTTP and HTTPS registries speak, where that is open. */
export class RegistryOrigins {
  private readonly known = new Map<string, { readonly until: number; readonly origin: Promise<string> }>();

  constructor(private readonly transport: Transport) {}

  /**
   * `https://ghcr.io`. Loopback and private addresses are asked: HTTPS first, HTTP where it is refused, as Flux's client does; with `insecure` the other way
   * round. A certificate that is not trusted is never a reason for HTTP. No credentials are sent for it.
   */
  of(host: string, access: RegistryAccess, options: RequestOptions = {}): Promise<string> | string {
    if (!access.insecure && !isLocalRegistry(host)) return `https://${host}`;
    const key = JSON.stringify([host, access.insecure, access.certificateAuthority, access.proxy]);
    const known = this.known.get(key);
    if (known && known.until > Date.now()) return known.origin;
    const origin = this.find(host, access, options);
    this.known.set(key, { origin, until: Date.now() + KNOWN_MS });
    origin.catch(() => this.known.delete(key));
    return origin;
  }

  private async find(host: string, access: RegistryAccess, options: RequestOptions): Promise<string> {
    const [first, second] = access.insecure ? ['http', 'https'] : ['https', 'http'];
    const failed = await this.failureOf(`${first}://${host}`, access, options);
    if (failed === undefined) return `${first}://${host}`;
    if (errors.RegistryCertificateRefused.is(failed) || options.signal?.aborted) throw failed;
    const failedToo = await this.failureOf(`${second}://${host}`, access, options);
    if (failedToo === undefined) return `${second}://${host}`;
    throw access.insecure ? failed : failedToo;
  }

  /** Why nobody speaks HTTP at this origin; undefined where somebody does. */
  private async failureOf(origin: string, { certificateAuthority, clientCertificate, clientKey, proxy }: RegistryAccess, options: RequestOptions) {
    try {
      const timeoutMs = Math.min(options.timeoutMs ?? PROBE_MS, PROBE_MS);
      const access = { certificateAuthority, clientCertificate, clientKey, proxy };
      const { status } = await this.transport.get(`${origin}/v2/`, { signal: options.signal, timeoutMs, access });
      // What Go's servers say to plain HTTP on a port of TLS.
      if (status === 400 && origin.startsWith('http:')) throw errors.RegistryFailed({ url: `${origin}/v2/`, status, reason: 'it speaks TLS' });
      return undefined;
    } catch (error) {
      return errors.RegistryRateLimited.is(error) ? undefined : error;
    }
  }
}
