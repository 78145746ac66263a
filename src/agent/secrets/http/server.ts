import type { IncomingMessage } from 'node:http';
import { errors } from '../../../common/errors';
import type { Engine } from '../../../render/types';
import { anyone, type Reply } from '../../runtime/http';
import type { AgentRuntime } from '../../runtime/runtime';
import { Slots } from '../../runtime/slots';
import type { KeyRing, Standing } from '../types';
import type { Unsealer } from '../unseal/unsealer';
import { rotate, verify } from './answers';
import { type Caller, Callers } from './callers';
import { readDocument, type SealedDocument } from './document';
import { ProxyPeers, plainAddress } from './proxy-peers';
import { Rates } from './rates';
import { type BodyLimits, readBody } from './read-body';
import { orRefusal, Refused } from './refused';

export interface SealedSecretsServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  /** CIDRs of API servers' proxies besides the API servers' own addresses. */
  readonly trustedProxies: readonly string[];
  readonly ring: KeyRing;
  readonly standing: Standing;
  readonly unsealer: Unsealer;
  readonly engine: Pick<Engine, 'secretTemplates'>;
  readonly limits?: BodyLimits;
  readonly rates?: Rates;
}

export type ServingRuntime = Pick<AgentRuntime, 'http' | 'metrics' | 'log' | 'component' | 'leading'> & {
  readonly clusters: Pick<AgentRuntime['clusters'], 'own'>;
};

const LISTENER = 'sealed-secrets';
/** Documents say for themselves whose they are: all that are asked about share the time of one namespace. */
const SHARE = 'over HTTP';
/** Requests whose bodies are in memory. */
const MOST_AT_ONCE = 16;
/** Of those, how many are opened at once: SealedSecrets of the cluster wait for the same thread. */
const OPENED_AT_ONCE = 2;

/**
 * What kubeseal asks a controller: its certificate, which anyone may have, and to verify and re-encrypt, for which one must be known.
 * An agent that waits for its leases answers too: it has the same keys and changes nothing.
 */
export function serveSealedSecrets(runtime: ServingRuntime, options: SealedSecretsServerOptions): void {
  const { http, metrics, log } = runtime;
  const { address, ring, engine } = options;
  const unsealer: Unsealer = { open: (sealed, keys) => options.unsealer.open(sealed, keys, SHARE) };
  const server = new SealedSecretsServer(runtime, options);
  const requests = metrics.counter('sealed_secrets_controller_http_requests_total', 'Requests to the API that kubeseal uses');
  http.observe(LISTENER, ({ path, method, status }) => requests.inc({ path, code: String(status), method: method.toLowerCase() }));

  http.route(LISTENER, { method: 'GET', path: '/healthz', authorize: anyone, answer: () => ({ body: 'ok\n' }) });
  http.route(LISTENER, { method: 'GET', path: '/v1/cert.pem', authorize: anyone, answer: () => server.certificate() });
  server.route('/v1/verify', (document) => verify(document, unsealer, ring, engine));
  server.route('/v1/rotate', (document) => rotate(document, unsealer, ring, server.newestKey()));
  runtime.component({
    name: 'sealed secrets API',
    runs: 'always',
    start: async () => log.info('serving the sealed secrets API', { address: await http.listen(LISTENER, address) }),
  });
}

class SealedSecretsServer {
  private readonly callers: Callers;
  private readonly rates: Rates;
  private readonly known = new WeakMap<IncomingMessage, Caller>();
  private readonly opening = new Slots(OPENED_AT_ONCE);
  private atOnce = 0;

  constructor(
    private readonly runtime: ServingRuntime,
    private readonly options: SealedSecretsServerOptions,
  ) {
    const client = runtime.clusters.own.as({ guard: undefined });
    this.callers = new Callers({ client, peers: new ProxyPeers(client, options.trustedProxies), log: runtime.log });
    this.rates = options.rates ?? new Rates();
  }

  /** A POST for callers that are known, with a SealedSecret that they may update. */
  route(path: string, answer: (document: SealedDocument) => Promise<Reply>): void {
    this.runtime.http.route(LISTENER, {
      method: 'POST',
      path,
      authorize: (request) => orRefusal(() => this.admit(request)),
      answer: (request) =>
        orRefusal(() =>
          this.inTurn(async () => {
            const document = readDocument(await readBody(request, this.options.limits));
            await this.callers.assertMayUpdate(this.known.get(request)!, document.sealed.metadata);
            return await this.opening.run(() => answer(document));
          }),
        ),
    });
  }

  certificate(): Promise<Reply> {
    return orRefusal(async () => ({ type: 'application/x-pem-file', body: this.newestKey().pem }));
  }

  /** Refuses where there is none, or another controller is at work (503). */
  newestKey() {
    const { ring, standing } = this.options;
    if (this.runtime.leading && !standing.isActive) throw unready(standing.reason ?? 'this agent does not unseal');
    return ring.keys[0] ?? raise(unready('there is no sealing key yet'));
  }

  private async admit(request: IncomingMessage): Promise<true> {
    const waitMs = this.rates.takeOrWaitMs(plainAddress(request.socket.remoteAddress ?? ''));
    if (waitMs > 0) throw tooMany(waitMs);
    this.newestKey();
    this.known.set(request, await this.callers.identify(request));
    return true;
  }

  private async inTurn(answer: () => Promise<Reply>): Promise<Reply> {
    if (this.atOnce >= MOST_AT_ONCE) throw tooMany(1000);
    this.atOnce++;
    try {
      return await answer();
    } finally {
      this.atOnce--;
    }
  }
}

function unready(reason: string): Refused {
  return new Refused(503, errors.SealedNotServed({ reason }), { 'retry-after': '5' });
}

function tooMany(waitMs: number): Refused {
  return new Refused(429, errors.SealedRequestsTooMany(), { 'retry-after': String(Math.ceil(waitMs / 1000)) });
}

function raise(error: Error): never {
  throw error;
}
