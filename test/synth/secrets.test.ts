import { generateKeyPairSync } from 'node:crypto';
import { renderApp } from '../../src/synth/render-app';
import { allowPlainSecret, findSecret } from '../../src/synth/secrets';
import { appOf, configMap, type Manifest } from './apps';

const secret: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace: 'ns' }, stringData: { password: 'hunter2' } };
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);

test('a Secret with values is refused, and its values are not told', () => {
  const render = () => renderApp(appOf({ 'gke/dev': [secret, { ...secret, metadata: { name: 'b' }, stringData: undefined, data: { a: 'aA==' } }] }));
  expect(render).toThrow(/FL2108 Secret\/ns\/login holds secret values.*\n.*SealedSecret/);
  expect(render).toThrow(/FL2108 Secret\/b/);
  expect(render).not.toThrow(/hunter2/);
});

test('a Secret without values is written, and one that is allowed by name', () => {
  const app = appOf({ 'gke/dev': [secret, { ...secret, metadata: { name: 'empty' }, stringData: {} }] });
  allowPlainSecret(app.charts[0], 'login');
  expect(renderApp(app).files).toHaveLength(2);
});

test('allowing one name allows no other', () => {
  const app = appOf({ 'gke/dev': [secret] });
  allowPlainSecret(app, 'other');
  expect(() => renderApp(app)).toThrow(/FL2108/);
});

test.each([
  ['a private key', pem],
  ['a private key', `tls.key: |\n  ${pem.replaceAll('\n', '\n  ')}`],
  ['a private key', JSON.stringify({ key: pem })],
  ['a private key', Buffer.from(pem).toString('base64')],
  ['a GitHub token', `token=ghp_${letters(36)}`],
  ['a GitLab token', `glpat-${letters(20)}`],
  ['a Slack token', `xoxb-${letters(24)}`],
  ['a Slack webhook', `https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/${letters(24)}`],
  ['an AWS secret key', `aws_secret_access_key = ${letters(40)}`],
  ['an npm token', `//registry.example.com/:_authToken=npm_${letters(36)}`],
  ['a signed token', `eyJ${letters(20)}.eyJ${letters(40)}.${letters(40)}`],
])('%s is found', (what, text) => {
  expect(findSecret({ data: { list: ['x', text] } })).toEqual({ what, field: '/data/list/1' });
});

test.each([
  '-----BEGIN CERTIFICATE-----\nMIIB',
  'paste the text between -----BEGIN PRIVATE KEY----- and the end',
  'npm_config_cache',
  'AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq',
  'docker.io/stefanprodan/podinfo:6.2.1',
])('%s is no secret', (text) => expect(findSecret({ data: text })).toBeUndefined());

test('what looks like a secret is refused in any object', () => {
  expect(() => renderApp(appOf({ 'gke/dev': [configMap('a', { key: pem })] }))).toThrow(
    /FL2109 ConfigMap\/ns\/a holds what looks like a private key at \/data\/key/,
  );
});

test('what is sealed may look like anything, and what only stands where sealed values do may not', () => {
  const sealedSecret = (value: string): Manifest => ({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'login', namespace: 'ns' },
    ...{ spec: { encryptedData: { key: value } } },
  });
  // base64 of a session key's length, the session key, and what was sealed with it, as chance may have it.
  const chance = `AQ${'A'.repeat(350)}/AIza${letters(35)}/`;
  const looksSealed = chance.padEnd(Math.ceil(chance.length / 4) * 4, 'A');
  expect(findSecret(looksSealed)?.what).toBe('a Google API key');
  expect(renderApp(appOf({ 'gke/dev': [sealedSecret(looksSealed)] })).files).toHaveLength(1);
  expect(() => renderApp(appOf({ 'gke/dev': [sealedSecret(`ghp_${letters(36)}`)] }))).toThrow(/FL2109|GitHub token/);
});
