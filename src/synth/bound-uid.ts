import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindingFile, uidIn } from '../model/cluster-binding';
import { orAbsent } from './or-absent';

/** UID of the one cluster a name of the program stands for, as `fairlead bootstrap` wrote it down. Undefined before. */
export function boundUid(root: string, cluster: string): string | undefined {
  const text = orAbsent(() => readFileSync(join(root, bindingFile(cluster)), 'utf8'));
  return text === undefined ? undefined : uidIn(text);
}
