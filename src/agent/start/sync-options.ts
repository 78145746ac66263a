import { errors } from '../../common/errors';
import { normalPath } from '../../git/listing';
import { publicUrl, transportOf } from '../../git/url';
import { isSyncFolder } from './sync-objects';
import type { SyncOptions } from './types';

/** What was asked for; the rest follows from it as it does in a program. */
export type SyncRequest = Pick<SyncOptions, 'url' | 'branch' | 'path'> & Partial<SyncOptions>;

const SCP = /^(?:([^@/\s]+)@)?([^:/\s]+):(?!\/\/)(\S+)$/;

/**
 * Names are as synth gives them: the repository's by its address, the root Kustomization's by the folder of the cluster. Throws `SourceUrlInvalid`.
 */
export function syncOptions(request: SyncRequest): SyncOptions {
  const url = addressOf(request.url);
  const path = normalPath(request.path);
  const repositoryName = request.repositoryName ?? lastPart(new URL(url).pathname.replace(/\.git\/?$/, '')) ?? 'fairlead';
  const folder = isSyncFolder(path) ? path.split('/').slice(0, -1).join('/') : path;
  const kustomizationName = request.kustomizationName ?? lastPart(folder) ?? repositoryName;
  const secretName = request.secretName ?? (transportOf(url) === 'ssh' ? repositoryName : undefined);
  return { ...request, url, path, repositoryName, kustomizationName, secretName, prune: request.prune ?? true };
}

/** Flux's GitRepository takes no scp form, and credentials belong into a Secret. */
function addressOf(text: string): string {
  const scp = SCP.exec(text);
  const url = scp ? `ssh://${scp[1] ?? 'git'}@${scp[2]}/${scp[3]!.replace(/^\/+/, '')}` : text;
  const clean = publicUrl(url);
  if (new URL(url).password !== '') throw errors.SourceUrlInvalid({ url: `${clean}, which holds a password,` });
  // Whatever stands before the host of an http address may be a token.
  return transportOf(url) === 'ssh' ? url : clean;
}

/** As a name in Kubernetes. */
function lastPart(path: string): string | undefined {
  const name = path
    .split('/')
    .filter((part) => part !== '')
    .at(-1)
    ?.toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  return name === '' ? undefined : name;
}
