import type { TextEdit } from '../locks/text-edit';
import { mergeLines } from './merge-lines';
import { mergePackage } from './merge-package';

/** A file of a new repository. */
export interface NewFile {
  /** From the root of the Git repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What becomes of a file. */
export interface InitStep {
  readonly path: string;
  readonly does: 'write' | 'merge' | 'leave';
  /** What was added to a file that was there, or why it is left. */
  readonly detail?: string;
  readonly edit?: TextEdit;
}

/** What to do with each file of a template, given what is there: nothing is overwritten. */
export function planInit(files: readonly NewFile[], existing: (path: string) => string | undefined): readonly InitStep[] {
  return files.map(({ path, text }) => {
    const before = existing(path);
    if (before === undefined) return { path, does: 'write', edit: { path, text, before: null } };
    if (before === text) return { path, does: 'leave', detail: 'as it would be written' };
    const merge = mergeOf(path);
    if (merge === undefined) return { path, does: 'leave', detail: 'it was there before' };
    const merged = merge(before, text);
    if (merged === undefined) return { path, does: 'leave', detail: 'it cannot be read' };
    if (merged.added.length === 0) return { path, does: 'leave', detail: 'it has all that is needed' };
    return { path, does: 'merge', detail: `added ${merged.added.join(', ')}`, edit: { path, text: merged.text, before } };
  });
}

function mergeOf(path: string): typeof mergePackage | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'package.json') return mergePackage;
  return name === '.gitignore' || name === '.gitattributes' ? mergeLines : undefined;
}
