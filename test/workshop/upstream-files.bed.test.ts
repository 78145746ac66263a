import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesFromUpstream } from '../../scripts/generated-files';

const root = join(__dirname, '../..');

test(
  'CRDs and their constructs are those of the pinned modules',
  async () => {
    const files = await filesFromUpstream();
    expect(Object.fromEntries([...files.keys()].map((path) => [path, readFileSync(join(root, path), 'utf8')]))).toEqual(Object.fromEntries(files));
    expect(readdirSync(join(root, 'crds')).map((name) => `crds/${name}`)).toEqual(
      [...files.keys()].filter((path) => path.startsWith('crds/')).sort(),
    );
  },
  5 * 60_000, // the first time modules are downloaded
);
