import { parseSealedFile, type SealedFile } from '../../../seal/sealed-file';
import type { SealRequest } from '../../../synth/seal-request';
import { WorkingTree } from '../../locks/file-tree';

/** A sealed file of a program as it lies there. */
export interface CommittedSeal {
  readonly path: string;
  readonly file: SealedFile;
}

/**
 * The sealed files that constructs name, each once; those that are not there yet are left out.
 * @throws SealedFileInvalid
 */
export async function committedSeals(root: string, requests: readonly SealRequest[]): Promise<CommittedSeal[]> {
  const tree = new WorkingTree(root);
  const found: CommittedSeal[] = [];
  for (const path of new Set(requests.map(({ file }) => file))) {
    const text = await tree.read(path);
    if (text !== undefined) found.push({ path, file: parseSealedFile(text, path) });
  }
  return found;
}
