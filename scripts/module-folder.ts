import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the Go proxy's copy of a module lies on this machine. */
export async function moduleFolder(path: string, version: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: tmpdir(), maxBuffer: 1 << 24 });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}
