import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fieldOf, type ObjectFiles, type Pod, type ProjectedSource, type Volume } from './pod';

/** What volumes are filled from. */
export interface VolumeSources {
  /** Data of a ConfigMap or Secret, decoded. Undefined: there is none of that name. */
  object(kind: 'ConfigMap' | 'Secret', name: string): Promise<Readonly<Record<string, Buffer>> | undefined>;
  /** A token of the Pod's service account, which ends with the Pod. */
  token(request: { readonly audience?: string; readonly expirationSeconds?: number }): Promise<string>;
}

interface Owner {
  readonly uid?: number;
  readonly fsGroup?: number;
}

interface File {
  readonly path: string;
  readonly content: Buffer | string;
  readonly mode: number;
}

/** Makes the folder of a volume with what belongs in it. Throws what a kubelet would say. */
export async function fillVolume(volume: Volume, folder: string, pod: Pod, ip: string, sources: VolumeSources, owner: Owner): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (volume.emptyDir !== undefined) {
    await chmod(folder, 0o777);
    return;
  }
  for (const { path, content, mode } of await filesOf(volume, pod, ip, sources, owner)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, owner.fsGroup === undefined ? mode : mode | 0o440);
    if (owner.fsGroup !== undefined && isRoot()) await chown(file, 0, owner.fsGroup);
  }
}

async function filesOf(volume: Volume, pod: Pod, ip: string, sources: VolumeSources, owner: Owner): Promise<File[]> {
  const { configMap, secret, projected } = volume;
  if (configMap) return objectFiles('ConfigMap', configMap.name, configMap, configMap.defaultMode, sources);
  if (secret) return objectFiles('Secret', secret.secretName, secret, secret.defaultMode, sources);
  if (projected === undefined) throw new Error(`volume ${volume.name} is of a type that the process node does not play`);
  const parts = (projected.sources ?? []).map((source) => projectedFiles(source, projected.defaultMode, pod, ip, sources, owner));
  return (await Promise.all(parts)).flat();
}

async function projectedFiles(
  source: ProjectedSource,
  mode: number | undefined,
  pod: Pod,
  ip: string,
  sources: VolumeSources,
  owner: Owner,
): Promise<File[]> {
  const { serviceAccountToken: token, configMap, secret, downwardAPI } = source;
  if (configMap) return objectFiles('ConfigMap', configMap.name, configMap, mode, sources);
  if (secret) return objectFiles('Secret', secret.name, secret, mode, sources);
  // A kubelet lets whoever the container runs as read its token, and nobody else where it knows who that is.
  if (token) return [{ path: token.path, content: await sources.token(token), mode: owner.uid === undefined || owner.uid === 0 ? 0o600 : 0o644 }];
  const items = downwardAPI?.items ?? [];
  return items.map(({ path, fieldRef }) => ({ path, content: fieldOf(pod, ip, fieldRef?.fieldPath ?? '') ?? '', mode: mode ?? 0o644 }));
}

async function objectFiles(
  kind: 'ConfigMap' | 'Secret',
  name: string,
  { items, optional }: ObjectFiles,
  mode = 0o644,
  sources: VolumeSources,
): Promise<File[]> {
  const found = await sources.object(kind, name);
  if (found === undefined) {
    if (optional === true) return [];
    throw new Error(`${kind.toLowerCase()} "${name}" not found`);
  }
  if (items === undefined) return Object.entries(found).map(([key, content]) => ({ path: key, content, mode }));
  return items.flatMap((item) => {
    const content = found[item.key];
    if (content !== undefined) return [{ path: item.path, content, mode: item.mode ?? mode }];
    if (optional === true) return [];
    throw new Error(`references non-existent ${kind.toLowerCase()} key: ${item.key}`);
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
