import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { errors } from '../../src/common/errors';
import { proxyFor } from '../../src/oci/proxy';
import { Transport } from '../../src/oci/transport';
import { CertificateAuthority } from '../../src/testbed/certificates';
import { useFakeRegistry } from './fake-registry';

const proxy = (url: string, environment: Record<string, string>, given?: string) => proxyFor(new URL(url), given, environment)?.host;

test('the environment names a proxy by scheme', () => {
  const environment = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'plain:2' };
  expect(proxy('https://ghcr.io/', environment)).toBe('secure:1');
  expect(proxy('http://ghcr.io/', environment)).toBe('plain:2');
  expect(proxy('https://ghcr.io/', {})).toBeUndefined();
});

test.each([
  ['*', 'https://ghcr.io/', true],
  ['ghcr.io', 'https://ghcr.io/', true],
  ['ghcr.io', 'https://a.ghcr.io/', true],
  ['ghcr.io', 'https://notghcr.io/', false],
  ['.ghcr.io', 'https://ghcr.io/', false],
  ['.ghcr.io', 'https://a.ghcr.io/', true],
  ['*.ghcr.io', 'https://a.ghcr.io/', true],
  ['GHCR.io', 'https://ghcr.io/', true],
  ['a, ghcr.io ,b', 'https://ghcr.io/', true],
  ['ghcr.io:443', 'https://ghcr.io/', true],
  ['ghcr.io:80', 'https://ghcr.io/', false],
  ['10.0.0.0/8', 'http://10.1.2.3:5000/', true],
  ['10.0.0.0/8', 'http://11.1.2.3/', false],
  ['10.0.0.0/8', 'http://ten.example/', false],
  ['fd00::/8', 'http://[fd00::1]/', true],
  ['10.1.2.3', 'http://10.1.2.3/', true],
  ['10.1.2.3:5000', 'http://10.1.2.3:5000/', true],
  ['10.0.0.0/99,x/y', 'http://10.1.2.3/', false],
  ['', 'https://ghcr.io/', false],
])('NO_PROXY=%s: %s goes directly: %s', (NO_PROXY, url, expected) => {
  expect(proxy(url, { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'p:1', NO_PROXY }) === undefined).toBe(expected);
});

test.each(['http://localhost:5000/', 'http://127.0.0.1:5000/', 'http://[::1]/'])('%s never goes through the proxy of the environment', (url) => {
  expect(proxy(url, { HTTP_PROXY: 'p:1' })).toBeUndefined();
});

test('a proxy that is given is for all', () => {
  expect(proxy('http://127.0.0.1:5000/', { NO_PROXY: '*' }, 'http://p:1')).toBe('p:1');
});

test.each(['socks5://p:1', 'http://', 'http://user:secret@'])('%s is refused, without its credentials', (given) => {
  expect(() => proxy('http://ghcr.io', {}, given)).toThrow(
    expect.objectContaining({ code: errors.ProxyUnusable.code, detail: expect.not.stringContaining('secret') }),
  );
});

describe('through a proxy', () => {
  const registry = useFakeRegistry();
  let server: http.Server;
  let transport: Transport;
  let seen: string[];
  let address: string;

  beforeEach(async () => {
    transport = new Transport();
    seen = [];
    server = http.createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      http.get(request.url!, (answer) => answer.pipe(response));
    });
    server.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization']}`);
      const [host, port] = request.url!.split(':');
      const there = net.connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      there.pipe(socket).pipe(there);
      for (const end of [there, socket]) end.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });

  const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;

  test('plain HTTP is asked for by its whole address', async () => {
    registry().answer = (_, response) => response.end('here');
    const access = { proxy: `http://me:p%40ss@${address}` };
    expect((await transport.get(`${registry().url}/a?b`, { access })).body.toString()).toBe('here');
    expect(seen).toEqual([`GET ${registry().url}/a?b ${basic}`]);
  });

  test('HTTPS goes through a tunnel, which is kept', async () => {
    const authority = new CertificateAuthority('test');
    const { certificate, key } = authority.issue({ commonName: 'registry', usage: 'server', hosts: ['127.0.0.1'] });
    const secure = https.createServer({ key, cert: certificate }, (_, response) => response.end('secret'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const access = { proxy: `http://me:p%40ss@${address}`, certificateAuthority: authority.certificate };
    try {
      for (const _ of [1, 2]) expect((await transport.get(`https://127.0.0.1:${port}/`, { access })).body.toString()).toBe('secret');
      expect(seen).toEqual([`CONNECT 127.0.0.1:${port} ${basic}`]);
      await expect(transport.get(`https://127.0.0.1:${port}/`, { access: { proxy: access.proxy } })).rejects.toMatchObject({
        code: errors.RegistryCertificateRefused.code,
      });
    } finally {
      transport.close();
      secure.closeAllConnections();
      secure.close();
    }
  });

  test('a proxy that refuses is an error that names it without credentials', async () => {
    server.removeAllListeners('connect');
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const asked = transport.get('https://registry.example/', { access: { proxy: `http://me:p%40ss@${address}` } });
    await expect(asked).rejects.toThrow(`proxy http://${address} cannot be used: it asks for other credentials (407)`);
  });
});
