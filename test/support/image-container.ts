import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRYPOINT, USER } from '../../scripts/image/contents';
import { launch } from '../../src/testbed/leash';
import type { TestBed } from '../../src/testbed/test-bed';

/** A container's root: read-only but for what is mounted, devices that harm nobody, and an account of the cluster where a Pod has it. */
const IN_CONTAINER = `set -e
R=$1; account=$2; hosts=$3; shift 3
mount --bind "$R" "$R"
mount -t proc proc "$R/proc"
mount -t tmpfs -o mode=755 tmpfs "$R/dev"
for device in null zero urandom; do : >"$R/dev/$device"; mount --bind "/dev/$device" "$R/dev/$device"; done
ln -s /proc/self/fd "$R/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$R/tmp"
mount -t tmpfs -o uid=${USER.uid},gid=${USER.uid},mode=755 tmpfs "$R/data"
mount --bind "$hosts" "$R/etc/fairlead"
mount -t tmpfs tmpfs "$R/var/run"
mkdir -p "$R/var/run/secrets/kubernetes.io/serviceaccount"
mount --bind "$account" "$R/var/run/secrets/kubernetes.io/serviceaccount"
mount -o remount,bind,ro "$R"
exec setpriv --no-new-privs chroot --userspec=${USER.uid}:${USER.uid} --groups=${USER.uid} "$R" "$@"
`;

export interface ContainerOptions {
  /** The image's root file system. */
  readonly root: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly args: readonly string[];
  readonly knownHosts: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The agent in the root file system of its image, with nothing else of this machine but its network. Needs root. */
export class ImageContainer {
  static async start(bed: TestBed, { root, namespace, serviceAccount, args, knownHosts, env }: ContainerOptions): Promise<ImageContainer> {
    const folder = join(bed.folder, 'container');
    const [account, hosts] = ['account', 'hosts'].map((name) => join(folder, name));
    for (const path of [account, hosts]) mkdirSync(path, { recursive: true });
    writeFileSync(join(account, 'token'), (await bed.kubectl(['create', 'token', serviceAccount, '--namespace', namespace])).trim());
    writeFileSync(join(account, 'namespace'), namespace);
    await bed.kubectl(['config', 'view', '--raw', '-o', 'jsonpath={.clusters[0].cluster.certificate-authority-data}']).then((ca) => {
      writeFileSync(join(account, 'ca.crt'), Buffer.from(ca, 'base64'));
    });
    writeFileSync(join(hosts, 'known_hosts'), knownHosts);
    const { hostname, port } = new URL(bed.url);
    const log = join(folder, 'log');
    const child = launch({
      program: 'unshare',
      args: ['--mount', 'sh', '-c', IN_CONTAINER, 'container', root, account, hosts, ...ENTRYPOINT, ...args],
      folder,
      log,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, ...env },
      leashed: true,
    });
    return new ImageContainer(child, log);
  }

  private constructor(
    private readonly child: ChildProcess,
    readonly log: string,
  ) {}

  get pid(): number {
    return this.child.pid!;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}
