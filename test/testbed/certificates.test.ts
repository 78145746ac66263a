import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority } from '../../src/testbed/certificates';

const authority = new CertificateAuthority('test authority');
const serving = authority.issue({ commonName: 'server', usage: 'server', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'] });
const admin = authority.issue({ commonName: 'admin', organization: 'system:masters', usage: 'client' });

test('the authority signs itself and what it issues', () => {
  const ca = new X509Certificate(authority.certificate);
  expect(ca.ca).toBe(true);
  expect(ca.verify(ca.publicKey)).toBe(true);
  for (const { certificate, key } of [serving, admin]) {
    const issued = new X509Certificate(certificate);
    expect(issued.ca).toBe(false);
    expect(issued.checkIssued(ca) && issued.verify(ca.publicKey)).toBe(true);
    expect(issued.checkPrivateKey(createPrivateKey(key))).toBe(true);
  }
});

test('subject and hosts are as asked for', () => {
  expect(new X509Certificate(admin.certificate).subject).toBe('O=system:masters\nCN=admin');
  const server = new X509Certificate(serving.certificate);
  expect(server.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost, DNS:kubernetes.default.svc');
  expect(server.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
});

test('it is valid now and for months', () => {
  const { validFrom, validTo } = new X509Certificate(serving.certificate);
  expect(Date.parse(validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(validTo)).toBeGreaterThan(Date.now() + 300 * 24 * 3_600_000);
});

test('client and server accept each other over TLS, and nobody else', async () => {
  const server = createServer(
    { ca: authority.certificate, cert: serving.certificate, key: serving.key, requestCert: true, rejectUnauthorized: true },
    (incoming, response) => response.end((incoming.socket as TLSSocket).getPeerCertificate().subject.CN),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = (options: RequestOptions) =>
    new Promise<string>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
        response.setEncoding('utf8').once('data', resolve).once('error', reject);
      });
      call.once('error', reject).end();
    });
  try {
    await expect(get({ ca: authority.certificate, cert: admin.certificate, key: admin.key })).resolves.toBe('admin');
    await expect(get({ ca: authority.certificate })).rejects.toThrow(/certificate required|socket hang up|ECONNRESET/);
    await expect(get({ ca: new CertificateAuthority('test authority').certificate, cert: admin.certificate, key: admin.key })).rejects.toThrow();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
