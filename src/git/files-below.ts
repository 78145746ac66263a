/** Of files sorted by path those below a folder, named from there. A search: the files are all of a repository, and many folders are asked for. */
export function filesBelow<F extends { readonly path: string }>(files: readonly F[], folder: string): F[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found: F[] = [];
  for (let index = firstFrom(files, prefix); index < files.length && files[index].path.startsWith(prefix); index += 1)
    found.push({ ...files[index], path: files[index].path.slice(prefix.length) });
  return found;
}

function firstFrom(files: readonly { readonly path: string }[], path: string): number {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (files[middle].path < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
