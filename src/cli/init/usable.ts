import { accessSync, constants, statSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { errors } from '../../common/errors';
import { CONFIG_FILE, nearest } from '../../synth/root';
import type { InitSettings } from './settings';

const CLUSTER = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const KUBERNETES_VERSION = /^1\.\d+(\.\d+)?$/;

/**
 * That a program can stand in a folder, and that what it is made with is what it takes.
 * @throws InitFolderUnusable, InitValueInvalid, and the errors of a repository's address
 */
export function assertUsable(folder: string, settings: InitSettings): void {
  const reason = problemOf(folder, settings.root);
  if (reason !== undefined) throw errors.InitFolderUnusable({ folder, reason });
  for (const name of settings.clusters) {
    if (!CLUSTER.test(name)) throw errors.InitValueInvalid({ what: 'cluster', value: name, expected: 'a-z, 0-9 and -, 63 at most' });
  }
  if (!KUBERNETES_VERSION.test(settings.kubernetesVersion))
    throw errors.InitValueInvalid({ what: 'Kubernetes version', value: settings.kubernetesVersion, expected: 'one like 1.36' });
  for (const [what, value] of [
    ['address', settings.repository],
    ['branch', settings.branch],
    ['folder', settings.directory],
  ]) {
    if (/['"`\\\s]/.test(value)) throw errors.InitValueInvalid({ what, value, expected: 'one without spaces and quotes' });
  }
  const { Repository } = require('../../constructs/repository') as typeof import('../../constructs/repository');
  Repository.git(settings.repository, { directory: settings.directory });
}

function problemOf(folder: string, root: string): string | undefined {
  if (/(^|[\\/])(node_modules|\.git)([\\/]|$)/.test(folder)) return 'what is in it is nobody’s to commit';
  const existing = nearestExisting(folder);
  if (!statSync(existing).isDirectory()) return existing === folder ? 'it is a file' : `${existing} is a file`;
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return 'it cannot be written to';
  }
  if (folder === root) return undefined;
  const above = nearest(dirname(folder), CONFIG_FILE);
  return above === undefined || relative(root, above).startsWith('..') ? undefined : `${above} has a ${CONFIG_FILE} already`;
}

function nearestExisting(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? nearestExisting(dirname(path)) : path;
}
