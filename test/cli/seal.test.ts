import { createPrivateKey, createPublicKey } from 'node:crypto';
import { fingerprintOf } from '../../src/seal/fingerprint';
import { SealingProject } from './seal/sealing-project';

let project: SealingProject;
beforeEach(async () => {
  project = await SealingProject.create();
});
afterEach(() => {
  const leaks = project.leaks(allowed.splice(0));
  project.remove();
  expect(leaks).toEqual([]);
});

/** Files in which a test itself wrote a value. */
const allowed: string[] = [];

const FILE = 'secrets/gke/dev/basic-auth.yaml';
const literal = (key: string, value: string) => ['--from-literal', `${key}=${project.secret(value)}`];

test('writes the file that a construct names, records the key, and the output follows', async () => {
  const { status, stdout, stderr } = await project.fairlead([
    'seal',
    'gke/dev/basic-auth',
    ...literal('user', 'Admin-7c1'),
    ...literal('password', 'hunter2-9f'),
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const fingerprint = fingerprintOf(createPublicKey(createPrivateKey(project.key.privateKeyPem)));
  expect(stdout).toContain(`${FILE}, for ${fingerprint}\n  added    password, user\n`);
  expect(project.opened(FILE)).toEqual({ user: 'Admin-7c1', password: 'hunter2-9f' });
  expect(project.read(FILE)).toMatch(new RegExp(`user ${fingerprint.replaceAll('+', '\\+')} [0-9a-f]{8}`));
  expect(project.read('dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml')).toContain('encryptedData');
});
