import { relative, sep } from 'node:path';
import { errors } from '../../common/errors';
import { committedOutput } from '../../synth/output-folder';
import { CONFIG_FILE, nearest } from '../../synth/root';

/** Where a platform's locks and output lie. */
export interface Project {
  /** Folder of cdk8s.yaml. */
  readonly root: string;
  /** Output folder from there, with `/`. */
  readonly output: string;
}

/** @throws ProjectMissing where there is no cdk8s.yaml at or above the folder */
export function projectAt(cwd: string): Project {
  const root = nearest(cwd, CONFIG_FILE);
  if (root === undefined) throw errors.ProjectMissing({ folder: cwd });
  return { root, output: relative(root, committedOutput(root)).split(sep).join('/') };
}
