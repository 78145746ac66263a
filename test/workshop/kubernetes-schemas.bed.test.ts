import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { apiLifecycle } from '../../scripts/api-lifecycle';
import { kubernetesSchemas } from '../../scripts/kubernetes-schemas';

const FOLDER = join(__dirname, '../../schemas/kubernetes');
const say = () => {};

test(
  'schemas and ends of APIs are those of the pinned modules',
  async () => {
    const shipped = JSON.parse(brotliDecompressSync(readFileSync(join(FOLDER, 'definitions.json.br'))).toString());
    expect(shipped).toEqual(await kubernetesSchemas(say));
    expect(JSON.parse(readFileSync(join(FOLDER, 'api-lifecycle.json'), 'utf8'))).toEqual(await apiLifecycle(say));
  },
  10 * 60_000, // the first time modules are downloaded
);
