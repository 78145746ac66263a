/** A file of a tree, regular or executable. */
export interface TreeFile {
  readonly path: string;
  /** Blob id. */
  readonly id: string;
}

/**
 * Files in what `git ls-tree -r -z` prints, sorted by path. Symlinks (120000) are left out, as in Flux's artifacts, and so are
 * submodules (160000), whose content is elsewhere.
 */
export function parseListing(output: Buffer): TreeFile[] {
  const files: TreeFile[] = [];
  for (const record of output.toString().split('\0')) {
    const match = /^(\d{6}) blob ([0-9a-f]+)\t(.*)$/s.exec(record);
    if (match?.[1].startsWith('100')) files.push({ path: match[3], id: match[2] });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

const LFS = 'version https://git-lfs.github.com/spec/';

/** Whether a blob only says where Git LFS keeps the file. */
export function isLfsPointer(content: Buffer): boolean {
  return content.length < 1024 && content.subarray(0, LFS.length).toString() === LFS;
}

/** `a/b` of `./a/b/`, `/a//b` or `x/../a/b`; empty for the root. Never leaves the root, as Flux's SecureJoin. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
