import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../common/errors';
import type { Connection } from './connection';
import { TokenFile } from './token-file';

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The connection every Pod is given: two variables and three files. */
export function inClusterConnection(env: NodeJS.ProcessEnv = process.env, folder = SERVICE_ACCOUNT_FOLDER): Connection {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) throw errors.NotInCluster({ cause: 'KUBERNETES_SERVICE_HOST is not set' });
  const token = new TokenFile(join(folder, 'token'));
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    tls: { ca: read(join(folder, 'ca.crt')) },
    namespace: read(join(folder, 'namespace')).trim(),
    credentials: async () => ({ authorization: `Bearer ${await token.read()}` }),
    refused: () => token.forget(),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw errors.NotInCluster({ cause: (error as Error).message }, error);
  }
}
