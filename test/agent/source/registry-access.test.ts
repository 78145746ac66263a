import { accessOf } from '../../../src/agent/source/registry-access';

const url = 'oci://ghcr.io/team/app';
const login = { username: 'robot', password: 'token' };
const config = (auths: object) => ({ '.dockerconfigjson': JSON.stringify({ auths }) });
const secret = (name: string, values: Readonly<Record<string, string>>) => ({ name: `flux-system/${name}`, values });
const access = (...credentials: ReturnType<typeof secret>[]) => accessOf({ url, credentials });

test('nothing is allowed without a Secret', () => {
  expect(access()).toEqual({});
});

test.each([
  ['a pull secret', config({ 'ghcr.io': login })],
  ['an older pull secret', { '.dockercfg': JSON.stringify({ 'ghcr.io': login }) }],
  ['username and password', login],
])('%s says who we are', (_name, values) => {
  expect(access(secret('a', values))).toEqual({ ...login, secret: 'flux-system/a' });
});

test('the first that has something for the registry counts', () => {
  const other = secret('other', config({ 'quay.io': { username: 'me', password: 'elsewhere' } }));
  expect(access(other, secret('own', config({ 'ghcr.io': login })))).toMatchObject({ username: 'robot', secret: 'flux-system/own' });
  expect(access(other)).toEqual({ secret: 'flux-system/other' });
});

test.each(['oci://ghcr.io', 'oci://ghcr.io/team/'])('charts below %s are let in by what is for their registry', (repository) => {
  expect(accessOf({ url: repository, credentials: [secret('a', config({ 'ghcr.io': login }))] })).toMatchObject(login);
});

test('authorities, client certificates and a proxy come from Secrets of their own', () => {
  const certificates = secret('tls', { 'ca.crt': 'AUTHORITY', 'tls.crt': 'CERTIFICATE', 'tls.key': 'KEY' });
  const proxy = secret('proxy', { address: 'http://proxy:3128', username: 'me', password: 'p:w' });
  expect(accessOf({ url, insecure: true, credentials: [], certificates, proxy })).toEqual({
    insecure: true,
    certificateAuthority: 'AUTHORITY',
    clientCertificate: 'CERTIFICATE',
    clientKey: 'KEY',
    proxy: 'http://me:p%3Aw@proxy:3128/',
  });
});

test('an authority beside the credentials counts, unless there is one of its own', () => {
  const credentials = [secret('a', { ...login, 'ca.crt': 'BESIDE' })];
  expect(accessOf({ url, credentials })).toMatchObject({ ...login, certificateAuthority: 'BESIDE' });
  expect(accessOf({ url: 'https://charts', credentials })).toMatchObject({ ...login, certificateAuthority: 'BESIDE' });
  expect(accessOf({ url, credentials, certificates: secret('tls', { 'ca.crt': 'OWN' }) })).toMatchObject({ certificateAuthority: 'OWN' });
});

test('a chart repository is told username and password, both or none', () => {
  const of = (values: Readonly<Record<string, string>>) => accessOf({ url: 'https://charts.example.com', credentials: [secret('a', values)] });
  expect(of(login)).toEqual({ ...login, secret: 'flux-system/a' });
  expect(() => of({ username: 'robot' })).toThrow('secret flux-system/a has no key password');
});

test.each([
  ['credentials', { credentials: [secret('a', { password: 'x' })] }, 'secret flux-system/a has none of .dockerconfigjson'],
  ['certificates', { certificates: secret('a', {}) }, 'secret flux-system/a has neither ca.crt nor tls.crt'],
  ['a key', { certificates: secret('a', { 'tls.crt': 'C' }) }, 'secret flux-system/a has only one of tls.crt and tls.key'],
  ['a proxy', { proxy: secret('a', { address: 'proxy' }) }, 'secret flux-system/a has no key address'],
])('a Secret without %s is refused', (_name, secrets, message) => {
  expect(() => accessOf({ url, credentials: [], ...secrets })).toThrow(message);
});
