import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

test('the files projen generates are up to date', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-projen-'));
  try {
    for (const path of ['.projenrc.ts', '.projen', 'package.json', 'package-lock.json', 'README.md', 'test/tsconfig.json'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), '.projenrc.ts'], {
      cwd: folder,
      env: { ...process.env, PROJEN_DISABLE_POST: 'true', CI: 'true' },
      stdio: 'pipe',
    });
    const { files } = JSON.parse(readFileSync(join(folder, '.projen/files.json'), 'utf8')) as { files: string[] };
    const read = (from: string) => Object.fromEntries(files.map((file) => [file, readFileSync(join(from, file), 'utf8')]));
    expect(read(root)).toEqual(read(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
