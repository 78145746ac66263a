import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { errors } from '../../src/common/errors';
import { Authorization } from '../../src/oci/authorization';
import { openImageRegistry } from '../../src/oci/registry';
import { Transport } from '../../src/oci/transport';
import type { RegistryAccess } from '../../src/oci/types';
import { CertificateAuthority } from '../../src/testbed/certificates';
import { useFakeRegistry } from './fake-registry';

const plain = useFakeRegistry();
const authority = new CertificateAuthority('registries');
let transport: Transport;
let server: https.Server;
let host: string;
let answer: RequestListener;

beforeEach(async () => {
  transport = new Transport();
  answer = (_, response) => response.end('{"name":"a","tags":["1"]}');
  server = https.createServer(serverOptions(), (request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  transport.close();
  server.closeAllConnections();
  server.close();
});

const trusted: RegistryAccess = { certificateAuthority: authority.certificate };
const tags = (access: RegistryAccess) => openImageRegistry(`${host}/team/app`, access, new Authorization(transport)).tags();

test('a certificate of an authority that is given is trusted', async () => {
  expect(await tags(trusted)).toEqual(['1']);
});

test('another certificate is refused, and never a reason for plain HTTP', async () => {
  await expect(tags({})).rejects.toMatchObject({ code: errors.RegistryCertificateRefused.code, detail: expect.stringContaining(host) });
});

test('a registry that is said to be insecure and speaks TLS alone is found', async () => {
  expect(await tags({ ...trusted, insecure: true })).toEqual(['1']);
});

test('a client certificate is shown, though not to another host', async () => {
  const names: unknown[] = [];
  const subjectOf = (socket: unknown) => (socket as TLSSocket).getPeerCertificate().subject?.CN;
  const { certificate, key } = authority.issue({ commonName: 'me', usage: 'client' });
  const other = https.createServer(serverOptions(), (request, response) => {
    names.push(subjectOf(request.socket));
    response.end();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  answer = (request, response) => {
    names.push(subjectOf(request.socket));
    response.writeHead(302, { location: `https://127.0.0.1:${(other.address() as AddressInfo).port}/` }).end();
  };
  try {
    await transport.get(`https://${host}/`, { access: { ...trusted, clientCertificate: certificate, clientKey: key } });
    expect(names).toEqual(['me', undefined]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

test('nothing leads from https down to http', async () => {
  answer = (_, response) => response.writeHead(302, { location: plain().url }).end();
  await expect(transport.get(`https://${host}/`, { access: trusted })).rejects.toThrow(`from https to http://${plain().host}`);
  expect(plain().requests).toEqual([]);
});

test('credentials do not follow a token realm down to http', async () => {
  answer = (_, response) => response.writeHead(401, { 'www-authenticate': `Bearer realm="${plain().url}/token"` }).end();
  await expect(tags({ ...trusted, username: 'me', password: 'secret' })).rejects.toThrow('which is not https');
  expect(plain().requests).toEqual([]);
});

function serverOptions(): https.ServerOptions {
  const { certificate, key } = authority.issue({ commonName: 'registry', usage: 'server', hosts: ['127.0.0.1'] });
  return { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
}
