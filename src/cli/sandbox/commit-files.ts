import { GitExit, runGit } from '../../git/run';

/** Makes a commit of exactly these files the head of a branch of a bare repository. Gives its id. */
export async function commitFiles(repository: string, branch: string, files: ReadonlyMap<string, Buffer>): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const parent = await headOf(repository, ref);
  const parts: (string | Buffer)[] = [
    `commit ${ref}\n`,
    `committer fairlead <fairlead@localhost> ${Math.floor(Date.now() / 1000)} +0000\n`,
    data('sandbox'),
  ];
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  parts.push('deleteall\n');
  for (const [path, bytes] of files) parts.push(`M 100644 inline ${quoted(path)}\n`, `data ${bytes.length}\n`, bytes, '\n');
  await runGit(['fast-import', '--quiet'], { repository, input: Buffer.concat(parts.map((part) => Buffer.from(part))) });
  return (await headOf(repository, ref)) as string;
}

async function headOf(repository: string, ref: string): Promise<string | undefined> {
  try {
    return (await runGit(['rev-parse', '--verify', '--quiet', ref], { repository })).toString().trim();
  } catch (failure) {
    if (failure instanceof GitExit) return undefined;
    throw failure;
  }
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
