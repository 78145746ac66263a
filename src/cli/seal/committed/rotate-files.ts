import type { SealingCertificate } from '../../../seal/certificate';
import { editSealedFile } from '../../../seal/sealed-file';
import { Progress } from '../../print/progress';
import { type PresentTarget, parseTarget, type SealTarget } from '../program/seal-targets';
import type { Resealer } from './resealer';

/** What became of a file. */
export interface RotatedFile {
  readonly target: PresentTarget;
  /** The file as it shall be; undefined where nothing of it changes. */
  readonly text?: string;
  readonly rotated: readonly string[];
  /** Values that cannot be opened. */
  readonly lost: readonly string[];
  /** Values that were sealed for the newest key already. */
  readonly kept: number;
}

/** Seals the values of files anew, each file by who can open it. `all`: also those that are sealed for the newest key already. */
export async function rotateFiles(
  targets: readonly PresentTarget[],
  resealerFor: (target: SealTarget) => { readonly by: Resealer; readonly newest: SealingCertificate },
  { all = false }: { readonly all?: boolean },
): Promise<RotatedFile[]> {
  const progress = new Progress();
  const files: RotatedFile[] = [];
  for (const target of targets) {
    progress.tell(`${target.path}: ${files.length} of ${targets.length} files done`);
    const { by, newest } = resealerFor(target);
    files.push(await rotateOne(target, by, newest, all));
  }
  progress.end();
  return files;
}

async function rotateOne(target: PresentTarget, by: Resealer, { fingerprint }: SealingCertificate, all: boolean): Promise<RotatedFile> {
  const file = parseTarget(target);
  const keys = Object.keys(file.encryptedData);
  const old = all ? keys : keys.filter((key) => file.sealedWith.get(key) !== fingerprint);
  const sealed = await by.reseal(file, old);
  const set = new Map([...sealed].map(([key, text]) => [key, { sealed: text, fingerprint }]));
  const text = editSealedFile(target.text, { set }, target.path);
  // The agent gives back what is sealed for its newest key as it is.
  const rotated = [...sealed.keys()].filter((key) => sealed.get(key) !== file.encryptedData[key]);
  const lost = old.filter((key) => !sealed.has(key));
  return {
    target,
    ...(text !== target.text && { text }),
    rotated: rotated.sort(),
    lost: lost.sort(),
    kept: keys.length - rotated.length - lost.length,
  };
}
