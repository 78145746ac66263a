import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EnvironmentsRepository } from '../../demo/environments-repository';
import { createSealingKey } from '../../src/seal/create-key';
import { type KeySecret, keySecret } from '../../src/seal/key-secret';

/** Secrets of an example, as `fairlead seal` names them, with values to seal. */
export type ExampleSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Seals the secrets of an example. The key is to be given to the cluster before its agent makes one. */
export async function sealExample(repository: EnvironmentsRepository, cluster: string, secrets: ExampleSecrets): Promise<KeySecret> {
  const pair = await createSealingKey({ bits: 2048 });
  const certificate = join(repository.folder, 'certs', `${cluster}.pem`);
  await mkdir(dirname(certificate), { recursive: true });
  await writeFile(certificate, pair.certificatePem);
  for (const [secret, values] of Object.entries(secrets)) {
    await repository.runFairlead('seal', secret, ...Object.entries(values).flatMap(([key, value]) => ['--from-literal', `${key}=${value}`]));
  }
  return keySecret(pair, { namespace: 'kube-system', name: 'sealed-secrets-key-example' });
}
