import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { onAbort } from '../common/on-abort';
import { proxyFor } from './proxy';
import { proxyAuthorization, TunnelAgent } from './tunnel';
import type { RegistryAccess } from './types';

/** What of an access concerns the connection and not the request. */
export type ConnectionAccess = Pick<RegistryAccess, 'certificateAuthority' | 'clientCertificate' | 'clientKey' | 'proxy'>;

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** No byte for so long: the request ends with the error of `idle`. */
  readonly idleMs: number;
  readonly idle: () => Error;
  readonly signal: AbortSignal;
}

const SOCKETS_PER_HOST = 8;
const FREE_SOCKETS_PER_HOST = 2;
const FREE_SOCKET_MS = 30_000;
/** Pools of certificates that were rotated away are forgotten; their free sockets close by themselves. */
const MOST_POOLS = 64;

/** Kept-alive connections, pooled by what they were opened with: certificates and proxy. */
export class Connections {
  private readonly pools = new Map<string, http.Agent>();

  send(url: URL, access: ConnectionAccess, wire: WireRequest): Promise<http.IncomingMessage> {
    const proxy = proxyFor(url, access.proxy);
    const forwarded = proxy !== undefined && url.protocol === 'http:';
    const next = forwarded ? proxy : url;
    const headers: Record<string, string | number> = { ...wire.headers, host: url.host, ...(forwarded ? proxyAuthorization(proxy) : {}) };
    if (wire.body !== undefined) headers['content-length'] = Buffer.byteLength(wire.body);

    return new Promise((resolve, reject) => {
      const request = (next.protocol === 'http:' ? http : https).request({
        agent: this.pool(next, access, forwarded ? undefined : proxy),
        method: wire.method,
        hostname: next.hostname.replace(/^\[|\]$/g, ''),
        port: next.port || (next.protocol === 'http:' ? 80 : 443),
        path: forwarded ? url.origin + url.pathname + url.search : url.pathname + url.search,
        headers,
        timeout: wire.idleMs,
      });
      let answer: http.IncomingMessage | undefined;
      request.once(
        'close',
        onAbort(wire.signal, (reason) => request.destroy(reason as Error)),
      );
      request.once('timeout', () => (answer ?? request).destroy(wire.idle()));
      request.once('response', (response) => {
        answer = response;
        // A body that nobody reads yet may fail: its reader is told.
        response.on('error', () => {});
        resolve(response);
      });
      request.on('error', reject);
      request.end(wire.body);
    });
  }

  close(): void {
    for (const agent of this.pools.values()) agent.destroy();
    this.pools.clear();
  }

  private pool(url: URL, access: ConnectionAccess, tunnel: URL | undefined): http.Agent {
    const secure = url.protocol === 'https:';
    const key = secure ? identityOf([access.certificateAuthority, access.clientCertificate, access.clientKey, tunnel?.href]) : 'plain';
    const known = this.pools.get(key);
    if (known) return known;
    const shared = { keepAlive: true, scheduling: 'lifo', maxSockets: SOCKETS_PER_HOST, maxFreeSockets: FREE_SOCKETS_PER_HOST } as const;
    const pooled = { ...shared, timeout: FREE_SOCKET_MS };
    const agent = !secure ? new http.Agent(pooled) : secureAgent({ ...pooled, secureContext: contextOf(access) }, tunnel);
    if (this.pools.size >= MOST_POOLS) this.pools.delete(this.pools.keys().next().value!);
    this.pools.set(key, agent);
    return agent;
  }
}

function secureAgent(options: https.AgentOptions, tunnel: URL | undefined): https.Agent {
  return tunnel ? new TunnelAgent(tunnel, options) : new https.Agent(options);
}

function contextOf(access: ConnectionAccess): SecureContext | undefined {
  const { certificateAuthority, clientCertificate, clientKey } = access;
  if (!certificateAuthority && !clientCertificate) return undefined;
  const ca = certificateAuthority ? [...rootCertificates, certificateAuthority] : undefined;
  return createSecureContext({ ca, cert: clientCertificate, key: clientKey });
}

function identityOf(parts: readonly (string | undefined)[]): string {
  return parts.every((part) => !part) ? 'system' : createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
