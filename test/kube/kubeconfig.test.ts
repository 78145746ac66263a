import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { errors } from '../../src/common/errors';
import type { Connection } from '../../src/kube/connection';
import { parseKubeconfig, readKubeconfig } from '../../src/kube/kubeconfig';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}

function parse({ cluster, user, context }: Parts, options: { trusted?: boolean; context?: string } = {}): Connection {
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://k8s.example.com:6443', ...cluster } }],
    users: [{ name: 'u', user: user ?? {} }],
  };
  return parseKubeconfig(dump(config), join(folder, 'config'), options);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('server, trust and namespace are those of the current context', () => {
  const { server, tls, namespace } = parse({
    cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'kubernetes' },
    context: { namespace: 'dev' },
  });
  expect([server.href, tls, namespace]).toEqual(['https://k8s.example.com:6443/', { ca: 'CA', insecure: false, serverName: 'kubernetes' }, 'dev']);
});

test('files are found beside the kubeconfig', async () => {
  writeFileSync(join(folder, 'ca.crt'), 'CA');
  writeFileSync(join(folder, 'me.crt'), 'CERT');
  writeFileSync(join(folder, 'me.key'), 'KEY');
  const connection = parse({ cluster: { 'certificate-authority': 'ca.crt' }, user: { 'client-certificate': 'me.crt', 'client-key': 'me.key' } });
  expect(connection.tls.ca).toBe('CA');
  expect(await connection.credentials()).toEqual({ certificate: { cert: 'CERT', key: 'KEY' } });
});

test.each([
  [{ token: 'abc' }, 'Bearer abc'],
  [{ username: 'me', password: 'secret' }, `Basic ${base64('me:secret')}`],
  [{}, undefined],
])('authorization of %j', async (user, authorization) => {
  expect((await parse({ user }).credentials()).authorization).toBe(authorization);
});

test('a token file is read again after the server refused its token', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'old\n');
  const connection = parse({ user: { tokenFile: 'token' } });
  expect((await connection.credentials()).authorization).toBe('Bearer old');
  writeFileSync(file, 'new\n');
  expect((await connection.credentials()).authorization).toBe('Bearer old');
  connection.refused();
  expect((await connection.credentials()).authorization).toBe('Bearer new');
});

describe('credential plugins', () => {
  function plugin(script: string): void {
    writeFileSync(join(folder, 'plugin'), `#!/bin/sh\n${script}`);
    chmodSync(join(folder, 'plugin'), 0o755);
  }

  test('its answer is kept until it is refused', async () => {
    plugin(`echo x >>${folder}/runs\ncat <<EOF\n{"kind":"ExecCredential","status":{"token":"$PREFIX-$(wc -l <${folder}/runs | tr -d ' ')"}}\nEOF`);
    const connection = parse({ user: { exec: { command: './plugin', env: [{ name: 'PREFIX', value: 't' }] } } });
    expect((await connection.credentials()).authorization).toBe('Bearer t-1');
    expect((await connection.credentials()).authorization).toBe('Bearer t-1');
    connection.refused();
    expect((await connection.credentials()).authorization).toBe('Bearer t-2');
  });

  test('an expired answer is fetched anew, and an unchanged certificate stays the same object', async () => {
    plugin(
      `echo '{"status":{"clientCertificateData":"CERT","clientKeyData":"KEY","expirationTimestamp":"${new Date(Date.now() + 1000).toISOString()}"}}'; echo x >>${folder}/runs`,
    );
    const connection = parse({ user: { exec: { command: './plugin' } } });
    const first = await connection.credentials();
    expect((await connection.credentials()).certificate).toBe(first.certificate);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\nx\n');
  });

  test('it is told the cluster where it asks for it', async () => {
    plugin(`echo "$KUBERNETES_EXEC_INFO" | grep -q '"server":"https://k8s.example.com:6443/"' && echo '{"status":{"token":"t"}}'`);
    const connection = parse({ user: { exec: { command: './plugin', provideClusterInfo: true } } });
    expect((await connection.credentials()).authorization).toBe('Bearer t');
  });

  test.each([
    ['echo no such account >&2; exit 1', 'no such account'],
    ['echo token=hunter2', 'not JSON'],
    [`echo '{"status":{}}'`, 'neither a token nor a client certificate'],
  ])('a failing plugin is named, and its output never quoted: %s', async (script, cause) => {
    plugin(script);
    const failed = await parse({ user: { exec: { command: './plugin' } } })
      .credentials()
      .catch((error: Error) => error);
    expect(errors.ExecCredentialFailed.is(failed)).toBe(true);
    expect((failed as Error).message).toContain(cause);
    expect((failed as Error).message).not.toContain('hunter2');
  });

  test('a missing plugin says how to install it', async () => {
    const connection = parse({ user: { exec: { command: './nowhere', installHint: 'install the cloud tool' } } });
    await expect(connection.credentials()).rejects.toThrow(/ENOENT.*install the cloud tool/);
  });
});

describe('what cannot be used is refused with its reason', () => {
  test.each<[string, Parts, RegExp]>([
    ['a proxy', { cluster: { 'proxy-url': 'http://proxy:3128' } }, /proxy-url/],
    ['an auth provider', { user: { 'auth-provider': { name: 'gcp' } } }, /auth-provider/],
    ['an unknown cluster', { context: { cluster: 'other' } }, /no cluster other/],
    ['a server that is none', { cluster: { server: 'ftp://x' } }, /not an http or https address/],
    ['a certificate without key', { user: { 'client-certificate-data': base64('C') } }, /together/],
    ['a missing file', { cluster: { 'certificate-authority': 'nowhere.crt' } }, /nowhere\.crt: ENOENT/],
  ])('%s', (_name, parts, message) => {
    expect(() => parse(parts)).toThrow(message);
  });

  test('a kubeconfig out of a Secret may neither run commands nor read files here', () => {
    expect(() => parse({ user: { exec: { command: 'sh' } } }, { trusted: false })).toThrow(/exec/);
    expect(() => parse({ user: { tokenFile: '/etc/passwd' } }, { trusted: false })).toThrow(/a file of this machine/);
  });

  test('a file that is not there, and text that is no kubeconfig, which is not quoted', () => {
    expect(() => readKubeconfig(join(folder, 'nowhere'))).toThrow(/FL5020.*nowhere/);
    expect(() => parseKubeconfig('token: hunter2: x', 'f')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
    expect(() => parseKubeconfig('', 'f')).toThrow(/empty/);
  });
});
