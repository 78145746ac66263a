import { relative } from 'node:path';
import { writeCodeowners } from './write-codeowners';

/** `fairlead init --codeowners`. */
export async function runCodeowners(): Promise<void> {
  const written = await writeCodeowners(process.cwd());
  process.stdout.write(written === undefined ? 'CODEOWNERS says it already\n' : `wrote ${relative(process.cwd(), written)}\n`);
}
