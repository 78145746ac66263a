import type { IncomingHttpHeaders } from 'node:http';
import { errors } from '../common/errors';
import type { RegistryAccess } from './types';

/** One step of a request that may be led on. */
export interface Hop {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly access: RegistryAccess;
  readonly authorization?: string;
}

const MOST_HOPS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Where an answer leads; undefined where it is the end. Another host gets neither credentials nor client certificate, unless the access says so.
 * Throws `RegistryRedirectRefused` for loops, and for the step from HTTPS down to HTTP.
 */
export function followed(hop: Hop, answer: { readonly status: number; readonly headers: IncomingHttpHeaders }, hops: number): Hop | undefined {
  const { location } = answer.headers;
  if (!REDIRECTS.includes(answer.status) || location === undefined) return undefined;
  const refuse = (reason: string) => errors.RegistryRedirectRefused({ url: hop.url.origin + hop.url.pathname, reason });
  if (hop.method === 'POST') throw refuse('a token is asked for there');
  if (hops >= MOST_HOPS) throw refuse(`more than ${MOST_HOPS} redirects`);
  if (!URL.canParse(location, hop.url.href)) throw refuse('its Location is no URL');
  const url = new URL(location, hop.url);
  if (!['http:', 'https:'].includes(url.protocol)) throw refuse(`to ${url.protocol}//${url.host}`);
  if (url.protocol === 'http:' && hop.url.protocol === 'https:') throw refuse(`from https to http://${url.host}`);
  url.username = url.password = '';
  if (url.host === hop.url.host || hop.access.passCredentials) return { ...hop, url };
  const { certificateAuthority, proxy } = hop.access;
  return { method: hop.method, url, access: { certificateAuthority, proxy } };
}
