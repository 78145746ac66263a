import { BlockList, isIP, isIPv6 } from 'node:net';
import { errors } from '../common/errors';

/** The environment's words on proxies. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy to an address: the one that was given, for every address, else the environment's `HTTPS_PROXY` or `HTTP_PROXY`, except for loopback and what
 * `NO_PROXY` names, as Go's programs read them. Undefined: go there directly.
 */
export function proxyFor(url: URL, given: string | undefined, environment: ProxyEnvironment = process.env): URL | undefined {
  const setting = given ?? (isExcluded(url, environment) ? undefined : fromEnvironment(url, environment));
  return setting ? parse(setting) : undefined;
}

/** Without credentials, for messages. */
export function describeProxy(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

function fromEnvironment(url: URL, environment: ProxyEnvironment): string | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return environment[name] || environment[name.toLowerCase()];
}

function parse(setting: string): URL {
  const text = setting.includes('://') ? setting : `http://${setting}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (!proxy?.hostname) throw errors.ProxyUnusable({ proxy: setting.replace(/^.*@/, ''), reason: 'it is no URL' });
  if (!['http:', 'https:'].includes(proxy.protocol))
    throw errors.ProxyUnusable({ proxy: describeProxy(proxy), reason: `${proxy.protocol.slice(0, -1)} is not supported` });
  return proxy;
}

function isExcluded(url: URL, environment: ProxyEnvironment): boolean {
  const host = hostOf(url);
  if (host === 'localhost' || isLoopback(host)) return true;
  const list = (environment.NO_PROXY || environment.no_proxy || '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(entry, host);
  const [, name, onPort] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [undefined, entry, undefined];
  if (onPort !== undefined && onPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  if (isIP(bare)) return bare === host;
  const suffix = bare.replace(/^\*?\./, '');
  return host.endsWith(`.${suffix}`) || (bare === suffix && host === suffix);
}

function isInNetwork(network: string, host: string): boolean {
  const [address, prefix] = network.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const bits = Number(prefix);
  if (!isIP(address) || !isIP(host) || !(bits >= 0 && bits <= (family === 'ipv6' ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}
