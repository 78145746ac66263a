import type { RegistryAccess } from '../../oci/types';
import type { ReadPullSecrets, ReadSecret } from './followed-secrets';
import { accessOf, type SecretOf } from './registry-access';

interface SecretReference {
  readonly name: string;
}

/** What a spec of a HelmRepository, OCIRepository or ImageRepository says of how it is let in. */
export interface RegistrySecrets {
  /** Of an image with `oci://` before it. */
  readonly url: string;
  readonly secretRef?: SecretReference;
  readonly certSecretRef?: SecretReference;
  readonly proxySecretRef?: SecretReference;
  /** Its pull secrets count after `secretRef`. @default - no account */
  readonly serviceAccountName?: string;
  readonly insecure?: boolean;
  readonly passCredentials?: boolean;
}

/** Reads the Secrets of a spec. Throws `RegistrySecretUnusable`, `DockerConfigInvalid`. */
export async function registryAccess(
  spec: RegistrySecrets,
  namespace: string,
  read: ReadSecret,
  pullSecrets: ReadPullSecrets,
): Promise<RegistryAccess> {
  const { url, secretRef, certSecretRef, proxySecretRef, serviceAccountName, insecure, passCredentials } = spec;
  const secretOf = async (name: string): Promise<SecretOf> => ({ name: `${namespace}/${name}`, values: await read(namespace, name) });
  const certificates = certSecretRef && (await secretOf(certSecretRef.name));
  const proxy = proxySecretRef && (await secretOf(proxySecretRef.name));
  const credentials: SecretOf[] = [];
  if (secretRef) credentials.push(await secretOf(secretRef.name));
  for (const name of serviceAccountName ? await pullSecrets(namespace, serviceAccountName) : []) credentials.push(await secretOf(name));
  return accessOf({ url, credentials, certificates, proxy, insecure, passCredentials });
}
