import { errors } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { type ClusterOptions, connectCluster } from './connect';

/** Connects, works, and closes the connections. Throws `NoKubeconfig`. */
export async function withCluster<T>(options: ClusterOptions, work: (client: RawKubeClient) => Promise<T>): Promise<T> {
  const client = connectCluster(options);
  if (client === undefined) throw errors.NoKubeconfig();
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
