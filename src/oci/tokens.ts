import { errors, type FairleadError } from '../common/errors';
import type { HttpAnswer, Transport } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

/** Where tokens come from, as a registry said. */
export interface TokenRealm {
  readonly realm: URL;
  readonly service?: string;
}

export interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** What the specification says where a server does not. */
const DEFAULT_LIFE_S = 60;
/** A token is renewed so long before its end, so that none ends on its way. */
const MARGIN_S = 10;
const TOKEN_LIMIT = 2 ** 20;

/** Asks a token server: by GET, or by POST where we hold a refresh token. @see https://distribution.github.io/distribution/spec/auth/token/ */
export async function fetchToken(
  transport: Transport,
  { realm, service }: TokenRealm,
  scope: string,
  access: RegistryAccess,
  refused: (reason: string) => FairleadError,
  options: RequestOptions = {},
): Promise<Token> {
  const common = { ...options, access, limit: TOKEN_LIMIT };
  const query = new URLSearchParams({ ...(service ? { service } : {}), ...(scope ? { scope } : {}) });
  let answer: HttpAnswer | undefined;
  if (access.identityToken) {
    const form = { grant_type: 'refresh_token', client_id: 'fairlead', refresh_token: access.identityToken, ...Object.fromEntries(query) };
    answer = await transport.post(realm, new URLSearchParams(form), common);
  }
  // Not every token server knows the POST: those are asked as all others.
  if (answer === undefined || answer.status === 404 || answer.status === 405) {
    const url = new URL(realm);
    if (access.username && !access.identityToken) query.set('account', access.username);
    for (const [key, value] of query) url.searchParams.set(key, value);
    answer = await transport.get(url, { ...common, authorization: basicOf(access) });
  }
  if (answer.status === 200) return parseToken(answer, realm);
  const reason = `its token server ${realm.host} answered ${answer.status}`;
  if (answer.status < 500) throw refused(reason);
  throw errors.RegistryFailed({ url: realm.origin + realm.pathname, status: answer.status, reason: 'no token' });
}

/** `Basic …`; undefined without username and password. */
export function basicOf({ username, password, identityToken }: RegistryAccess): string | undefined {
  const secret = password ?? identityToken;
  if (username === undefined && secret === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${secret ?? ''}`).toString('base64')}`;
}

function parseToken(answer: HttpAnswer, realm: URL): Token {
  const value = tokenIn(answer.body);
  if (!value) throw errors.RegistryAnswerInvalid({ url: realm.origin + realm.pathname, reason: 'there is no token in it' });
  return value;
}

function tokenIn(body: Buffer): Token | undefined {
  try {
    const { token, access_token, expires_in } = JSON.parse(body.toString()) as { token?: unknown; access_token?: unknown; expires_in?: unknown };
    const value = token || access_token;
    if (typeof value !== 'string') return undefined;
    const life = Math.max(Number(expires_in) || DEFAULT_LIFE_S, DEFAULT_LIFE_S);
    return { value, expiresAt: Date.now() + (life - MARGIN_S) * 1000 };
  } catch {
    return undefined;
  }
}
