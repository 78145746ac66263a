import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chartAccess } from '../../../src/cli/locks/chart-access';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fairlead-helm-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, content: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const access = (url: string, environment: NodeJS.ProcessEnv = {}) =>
  chartAccess(url, { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), ...environment });
const login = (registry: string) => JSON.stringify({ auths: { [registry]: { username: 'me', password: 'secret' } } });

test('without Helm and Docker nobody is anybody', async () => {
  expect(await access('https://charts.example.com')).toEqual({});
  expect(await access('oci://ghcr.io/charts')).toEqual({});
});

test.each(['https://charts.example.com', 'https://charts.example.com/'])('what helm repo add was given for %s counts', async (url) => {
  const ca = put('ca.crt', 'AUTHORITY');
  const repository = { name: 'a', url: 'https://charts.example.com/', username: 'me', password: 'secret', caFile: ca, pass_credentials_all: true };
  const file = put('.config/helm/repositories.yaml', JSON.stringify({ repositories: [{ name: 'b', url: 'https://other' }, repository] }));
  expect(await access(url)).toEqual({ username: 'me', password: 'secret', certificateAuthority: 'AUTHORITY', passCredentials: true, secret: file });
});

test.each(['oci://ghcr.io', 'oci://ghcr.io/charts/'])('for %s helm registry login comes before docker login', async (url) => {
  const docker = put('.docker/config.json', login('ghcr.io'));
  expect(await access(url)).toEqual({ username: 'me', password: 'secret', secret: docker });
  const helm = put('.config/helm/registry/config.json', login('ghcr.io'));
  expect(await access(url)).toEqual({ username: 'me', password: 'secret', secret: helm });
});

test('a file that cannot be read is told without its passwords', async () => {
  const file = put('elsewhere.yaml', 'repositories:\n- name: a\n  password: hunter2-secret: x\n');
  const failed = access('https://charts.example.com', { HELM_REPOSITORY_CONFIG: file });
  await expect(failed).rejects.toMatchObject({ code: 'FL7214', message: expect.stringMatching(/elsewhere\.yaml cannot be read: .*, line 3/) });
  await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
  await expect(access('https://charts.example.com', { HELM_REPOSITORY_CONFIG: home })).rejects.toMatchObject({ code: 'FL7214' });
});
