import { errors } from '../common/errors';
import { userInfo } from '../common/user-info';

/** A repository's address without credentials, fit for messages and for git's arguments. */
export function publicUrl(url: string): string {
  const parsed = parse(url);
  if (parsed.protocol !== 'ssh:') parsed.username = '';
  parsed.password = '';
  const text = parsed.toString();
  return url.endsWith('/') ? text : text.replace(/\/$/, '');
}

/** What git is told to connect to: no credentials, and over ssh the user every Git provider expects. */
export function remoteUrl(url: string): string {
  const parsed = parse(publicUrl(url));
  if (parsed.protocol === 'ssh:' && parsed.username === '') {
    parsed.username = 'git';
    return parsed.toString();
  }
  return publicUrl(url);
}

/** Username and password written into an http address; Flux takes them where the Secret has none. */
export function credentialsOf(url: string): { username?: string; password?: string } {
  const { username, password } = userInfo(parse(url));
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

/** `http`, `https` or `ssh`. */
export function transportOf(url: string): 'http' | 'https' | 'ssh' {
  return parse(url).protocol.slice(0, -1) as 'http' | 'https' | 'ssh';
}

/** Scheme, host and port: where credentials may be sent. */
export function originOf(url: string): string {
  const parsed = parse(url);
  return `${parsed.protocol}//${parsed.host}/`;
}

function parse(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw errors.SourceUrlInvalid({ url: url.replace(/\/\/[^/@]*@/, '//') }, cause);
  }
  if (!['http:', 'https:', 'ssh:'].includes(parsed.protocol) || parsed.host === '')
    throw errors.SourceUrlInvalid({ url: url.replace(/\/\/[^/@]*@/, '//') });
  // An address such as ssh://-oProxyCommand=… must never become an option of ssh.
  if (parsed.hostname.startsWith('-') || userInfo(parsed).username.startsWith('-')) throw errors.SourceUrlInvalid({ url: parsed.protocol });
  return parsed;
}
