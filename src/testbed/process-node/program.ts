import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, expand } from './environment';
import { listenOn } from './listening';
import type { Pod } from './pod';
import type { ContainerRoot } from './root';
import { fillVolume, type VolumeSources } from './volumes';

/** A program that stands for an image. */
export interface PodProgram {
  /** Of the container: the whole name, or what it matches. */
  readonly image: string | RegExp;
  /** The image's entrypoint; a container's own command replaces it. */
  readonly command: readonly string[];
  /** The image's variables. @default - PATH of this process alone */
  readonly env?: Readonly<Record<string, string>>;
  /** Whom the image runs as, where the Pod does not say. @default - root */
  readonly user?: number;
  /** Folders of this machine that it needs, wherever they are. @default none */
  readonly visible?: readonly string[];
  /** Files that the image has otherwise than this machine, such as /etc/passwd, which is there too. @default none */
  readonly files?: Readonly<Record<string, string>>;
}

/** Where a Pod lives on this machine. */
interface Place {
  readonly folder: string;
  readonly log: string;
  readonly ip: string;
  readonly apiServer: URL;
}

/** What the program that stands for a Pod's image sees and is. Throws what a kubelet calls a CreateContainerConfigError. */
export async function rootOf(pod: Pod, program: PodProgram, { folder, log, ip, apiServer }: Place, sources: VolumeSources): Promise<ContainerRoot> {
  const [container] = pod.spec.containers;
  if (container === undefined || pod.spec.containers.length > 1 || (pod.spec.initContainers ?? []).length > 0)
    throw new Error('the process node plays one container a Pod');
  const uid = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? program.user;
  const { fsGroup } = pod.spec.securityContext ?? {};
  const volumes = pod.spec.volumes ?? [];
  const folderOf = (name: string) => join(folder, 'volumes', name);
  await Promise.all(volumes.map((volume) => fillVolume(volume, folderOf(volume.name), pod, ip, sources, { uid, fsGroup })));
  const image = { PATH: process.env.PATH ?? '', HOME: '/', HOSTNAME: pod.metadata.name, ...program.env };
  const cluster = {
    KUBERNETES_SERVICE_HOST: apiServer.hostname,
    KUBERNETES_SERVICE_PORT: apiServer.port,
    KUBERNETES_SERVICE_PORT_HTTPS: apiServer.port,
  };
  const env = await environmentOf(container, pod, ip, sources, { ...image, ...cluster });
  const args = (container.args ?? []).map((text) => expand(text, env));
  const gid = container.securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? 0;
  return {
    folder,
    log,
    command: [...(container.command?.map((text) => expand(text, env)) ?? program.command), ...args],
    env: { ...env, NODE_OPTIONS: [env.NODE_OPTIONS, listenOn(ip)].filter(Boolean).join(' ') },
    mounts: [
      ...(container.volumeMounts ?? []).map(({ name, mountPath, subPath = '', readOnly }) => ({
        source: join(folderOf(name), subPath),
        target: mountPath,
        readOnly: readOnly ?? volumes.find((volume) => volume.name === name)?.emptyDir === undefined,
      })),
      // Last: a folder that gets a mount point has this machine's entries.
      ...imageFiles(program, folder),
    ],
    visible: program.visible,
    readOnly: container.securityContext?.readOnlyRootFilesystem,
    ...(uid === undefined || uid === 0 ? {} : { user: { uid, gid, groups: fsGroup === undefined ? [] : [fsGroup] } }),
  };
}

function imageFiles({ files = {} }: PodProgram, folder: string): ContainerRoot['mounts'] {
  return Object.entries(files).map(([target, text], at) => {
    const source = join(folder, `image-${at}`);
    writeFileSync(source, text, { mode: 0o644 });
    return { source, target, readOnly: true };
  });
}
