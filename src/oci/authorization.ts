import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { errors, type FairleadError } from '../common/errors';
import { abortable } from '../common/on-abort';
import { type Challenge, parseChallenges } from './challenge';
import { RegistryOrigins } from './registry-origin';
import { basicOf, fetchToken, type Token, type TokenRealm } from './tokens';
import type { HttpAnswer, HttpOptions, Transport } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

/** What a request is for. */
export interface Purpose {
  /** As people write it, for messages: `ghcr.io/stefanprodan/podinfo`. */
  readonly repository: string;
  /** What a token is asked for where the registry does not say: `repository:stefanprodan/podinfo:pull`. */
  readonly scope: string;
}

type WayIn = { readonly basic: true } | TokenRealm;

const MOST_TOKENS = 1000;

/**
 * Requests to registries with what the registry asks for: Basic, or Bearer tokens, which are kept until shortly before their end and shared by all who
 * have the same credentials. A refused token is renewed once; then the error is `RegistryAuthFailed`.
 */
export class Authorization {
  private readonly waysIn = new Map<string, WayIn>();
  /** What registries call a scope, by what we call it. */
  private readonly scopes = new Map<string, string>();
  private readonly tokens = new Map<string, Promise<Token>>();

  /** Which of HTTP and HTTPS to speak with a registry. */
  readonly origins: RegistryOrigins;

  constructor(readonly transport: Transport) {
    this.origins = new RegistryOrigins(transport);
  }

  get(url: URL, purpose: Purpose, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.authorized(url, purpose, options, (authorization) => this.transport.get(url, { ...options, authorization }));
  }

  head(url: URL, purpose: Purpose, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.authorized(url, purpose, options, (authorization) => this.transport.head(url, { ...options, authorization }));
  }

  private async authorized(
    url: URL,
    purpose: Purpose,
    options: HttpOptions,
    ask: (authorization: string | undefined) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer> {
    const { access = {} } = options;
    const sent = await this.known(url, purpose, access, options);
    const first = await ask(sent);
    if (first.status !== 401 || first.url.host !== url.host) return admitted(first, url, purpose, access);
    const way = this.wayIn(url, parseChallenges(first.headers['www-authenticate']), purpose, access);
    const second = await ask(await this.answerTo(way, url, purpose, access, options, { instead: sent }));
    if (second.status === 401) throw refusal(url, purpose, access, 'credentials were refused (401)');
    return admitted(second, url, purpose, access);
  }

  /** The header for a registry that was asked before. */
  private known(url: URL, purpose: Purpose, access: RegistryAccess, options: RequestOptions): Promise<string | undefined> | string | undefined {
    if (access.bearerToken) return `Bearer ${access.bearerToken}`;
    const way = this.waysIn.get(url.origin);
    return way && this.answerTo(way, url, purpose, access, options);
  }

  private wayIn(url: URL, challenges: readonly Challenge[], purpose: Purpose, access: RegistryAccess): WayIn {
    if (access.bearerToken) throw refusal(url, purpose, access, 'the bearer token was refused (401)');
    for (const { scheme, parameters } of challenges) {
      const way = scheme === 'basic' ? ({ basic: true } as const) : scheme === 'bearer' ? realmOf(parameters, url) : undefined;
      if (way === undefined) continue;
      this.waysIn.set(url.origin, way);
      if (parameters.scope) this.scopes.set(`${url.origin} ${purpose.scope}`, parameters.scope);
      return way;
    }
    throw refusal(url, purpose, access, 'it asks for credentials of a kind that is not supported');
  }

  /** @param refused the header that the registry just refused */
  private async answerTo(
    way: WayIn,
    url: URL,
    purpose: Purpose,
    access: RegistryAccess,
    options: RequestOptions,
    refused?: { readonly instead: string | undefined },
  ): Promise<string | undefined> {
    if (!('basic' in way)) return `Bearer ${await this.token(way, url, purpose, access, options, refused?.instead)}`;
    const basic = basicOf(access);
    if (basic === undefined && refused) throw refusal(url, purpose, access, 'it asks for username and password');
    return basic;
  }

  /** Whoever wants the same token waits for the same request. */
  private async token(
    way: TokenRealm,
    url: URL,
    purpose: Purpose,
    access: RegistryAccess,
    options: RequestOptions,
    refused?: string,
  ): Promise<string> {
    const scope = this.scopes.get(`${url.origin} ${purpose.scope}`) ?? purpose.scope;
    const key = [url.origin, way.realm.href, way.service, scope, identityOf(access)].join('\n');
    const before = this.tokens.get(key);
    const kept = before && (await abortable(before, options.signal));
    if (kept && kept.expiresAt > Date.now() && `Bearer ${kept.value}` !== refused) return kept.value;
    let asked = this.tokens.get(key);
    if (asked === undefined || asked === before) {
      // The request serves others too, so it does not end with the one who came first.
      const { timeoutMs } = options;
      asked = fetchToken(this.transport, way, scope, access, (reason) => refusal(url, purpose, access, reason), { timeoutMs });
      this.remember(key, asked);
    }
    return (await abortable(asked, options.signal)).value;
  }

  private remember(key: string, asked: Promise<Token>): void {
    this.tokens.delete(key);
    this.tokens.set(key, asked);
    asked.catch(() => this.tokens.get(key) === asked && this.tokens.delete(key));
    if (this.tokens.size > MOST_TOKENS) this.tokens.delete(this.tokens.keys().next().value!);
  }
}

/** Throws where a registry sends us, and our credentials, somewhere it must not: down to plain HTTP or to an address inside the network. */
function realmOf(parameters: Readonly<Record<string, string>>, url: URL): TokenRealm {
  const invalid = (reason: string) => errors.RegistryAnswerInvalid({ url: url.origin + url.pathname, reason });
  if (!URL.canParse(parameters.realm ?? '')) throw invalid('its WWW-Authenticate names no realm');
  const realm = new URL(parameters.realm);
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && url.protocol === 'http:'))
    throw invalid(`its tokens come from ${realm.protocol}//${realm.host}, which is not https`);
  const host = realm.hostname.replace(/^\[|\]$/g, '');
  if (realm.hostname !== url.hostname && isIP(host) && isInside(host)) throw invalid(`its tokens come from ${host}, an address inside the network`);
  return { realm, service: parameters.service };
}

function isInside(address: string): boolean {
  return /^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1?$|f[cd]|fe[89ab]|::ffff:)/i.test(address);
}

function admitted(answer: HttpAnswer, url: URL, purpose: Purpose, access: RegistryAccess): HttpAnswer {
  if (answer.status === 401 || answer.status === 403) throw refusal(url, purpose, access, `it answered ${answer.status}`);
  return answer;
}

function refusal(url: URL, { repository }: Purpose, access: RegistryAccess, reason: string): FairleadError {
  const given = Boolean(access.username || access.password || access.identityToken || access.bearerToken);
  const where = access.secret === undefined ? 'the credentials given' : `secret ${access.secret}`;
  const wanted =
    access.secret === undefined
      ? 'give credentials that may pull from it: secretRef of type kubernetes.io/dockerconfigjson, or docker login'
      : `${where} has nothing for ${url.host}: add credentials that may pull from it`;
  const remedy = given
    ? `check that ${where} may pull from it, and that the repository exists`
    : `${wanted}; many registries say so too where there is no such repository`;
  return errors.RegistryAuthFailed({ host: url.host, repository, reason, remedy });
}

function identityOf({ username, password, identityToken }: RegistryAccess): string {
  return createHash('sha256')
    .update(JSON.stringify([username, password, identityToken]))
    .digest('base64');
}
