import { deleteDefinitions } from '../../../src/cli/uninstall/delete-definitions';
import type { KubeClient } from '../../../src/kube/types';
import type { KubeObject, ObjectId } from '../../../src/model/object';

/** An API server that forgets to go on with the deletion of a definition until that definition changes. */
class ForgetfulServer {
  readonly names = new Set(['alerts.example.com', 'buckets.example.com']);
  private readonly deleted = new Set<string>();

  readonly client = {
    delete: async ({ name }: ObjectId) => {
      this.deleted.add(name);
      return true;
    },
    get: async ({ name }: ObjectId) => (this.names.has(name) ? { metadata: { name } } : undefined),
    patch: async ({ name }: ObjectId): Promise<KubeObject> => {
      if (this.deleted.has(name)) this.names.delete(name);
      throw new Error('it changed meanwhile');
    },
  } as unknown as KubeClient;
}

test('a definition that the API server forgot to delete is brought back to its mind', async () => {
  const { client, names } = new ForgetfulServer();
  await deleteDefinitions(client, [...names], 20_000);
  expect([...names]).toEqual([]);
});
