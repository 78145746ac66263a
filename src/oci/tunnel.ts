import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { errors } from '../common/errors';
import { userInfo } from '../common/user-info';
import { describeProxy } from './proxy';

/** Connections to HTTPS servers through an HTTP proxy, by its CONNECT. */
export class TunnelAgent extends https.Agent {
  constructor(
    private readonly proxy: URL,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  createConnection(options: tls.ConnectionOptions, connected: (error: Error | null, socket?: Duplex) => void): undefined {
    const target = `${options.host?.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    const request = (this.proxy.protocol === 'https:' ? https : http).request({
      method: 'CONNECT',
      hostname: this.proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.proxy.port || (this.proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      agent: false,
      timeout: CONNECT_MS,
      headers: { host: target, ...proxyAuthorization(this.proxy) },
    });
    const fail = (reason: string, cause?: unknown) => connected(errors.ProxyUnusable({ proxy: describeProxy(this.proxy), reason }, cause));
    request.once('timeout', () => request.destroy(new Error('it does not answer')));
    request.once('error', (error) => fail(error.message, error));
    request.once('response', (response) => {
      response.destroy();
      fail(refusal(response.statusCode));
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return connected(null, tls.connect({ ...options, socket }));
      socket.destroy();
      return fail(refusal(response.statusCode));
    });
    request.end();
  }
}

const CONNECT_MS = 30_000;

/** The header by which a proxy knows us; none where its address holds no credentials. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const { username, password } = userInfo(proxy);
  return { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function refusal(status: number | undefined): string {
  return status === 407 ? 'it asks for other credentials (407)' : `it answered ${status}`;
}
