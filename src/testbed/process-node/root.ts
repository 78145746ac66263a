import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../leash';

/** What a container sees and is. */
export interface ContainerRoot {
  /** Of this container: its script and log. */
  readonly folder: string;
  readonly log: string;
  readonly command: readonly string[];
  /** Everything: nothing of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly readOnly?: boolean }[];
  /** Folders of this machine that stay visible wherever they are. @default none */
  readonly visible?: readonly string[];
  /** Whether nothing can be written but to mounts. @default false: the root and /tmp are its own and writable */
  readonly readOnly?: boolean;
  /** @default - whoever runs this */
  readonly user?: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
}

/**
 * The root of a container: this machine's top folders read-only, its own /tmp, and mounts where the machine may have nothing: a folder in which a mount point is
 * missing is replaced by one of the same entries. `mirror FROM TO`, `place SOURCE TARGET FLAGS`.
 */
const ROOT = `set -e
R=/mnt
mirror() {
  for entry in "\${1%/}"/*; do
    name=\${entry##*/}
    if [ -L "$entry" ]; then cp -P "$entry" "$2/$name"; continue; fi
    if [ -d "$entry" ]; then mkdir "$2/$name"; elif [ -f "$entry" ]; then : >"$2/$name"; else continue; fi
    case "$entry" in /tmp | /mnt) continue ;; esac
    mount --rbind "$entry" "$2/$name"
    case "$entry" in /dev | /proc | /sys) ;; *) mount -o remount,bind,ro "$2/$name" ;; esac
  done
}
place() {
  target=$(realpath -m "$2")
  if [ ! -e "$R$target" ]; then
    made=$target
    [ -d "$1" ] || made=$(dirname "$target")
    if ! mkdir -p "$R$made" 2>/dev/null; then
      above=$made
      while [ ! -e "$R$above" ]; do above=$(dirname "$above"); done
      mount -t tmpfs -o mode=755 tmpfs "$R$above"
      mirror "$above" "$R$above"
      mkdir -p "$R$made"
    fi
    [ -d "$1" ] || : >"$R$target"
  fi
  mount --rbind "$1" "$R$target"
  [ "$3" = rw ] || mount -o remount,bind,ro "$R$target"
}
mount -t tmpfs -o mode=755 tmpfs $R
mirror / $R
chmod 1777 $R/tmp
`;

/** The script that makes the root and becomes the program. */
function rootScript({ command, mounts, visible = [], readOnly = false, user }: ContainerRoot): string {
  const inOrder = [...mounts].sort((a, b) => a.target.split('/').length - b.target.split('/').length);
  const lines = [
    ...inOrder.map(({ source, target, readOnly: fixed }) => `place ${quote(source)} ${quote(target)} ${fixed === true ? 'ro' : 'rw'}`),
    // After them: a volume at /tmp would hide what is below.
    ...visible.map((path) => `[ -e "$R"${quote(path)} ] || place ${quote(path)} ${quote(path)} ro`),
    ...(readOnly ? ['mount -o remount,ro $R'] : []),
    `exec chroot $R ${[...(user === undefined ? [] : privileges(user)), ...command].map(quote).join(' ')}`,
  ];
  return `${ROOT}${lines.join('\n')}\n`;
}

/** Starts a program in a root of its own. */
export function launchInRoot(root: ContainerRoot): ChildProcess {
  const isRoot = process.getuid?.() === 0;
  const script = join(root.folder, 'root.sh');
  writeFileSync(script, rootScript(isRoot ? root : { ...root, user: undefined }), { mode: 0o600 });
  const args = [...(isRoot ? [] : ['--map-root-user']), '--mount', 'sh', script];
  return launch({ program: 'unshare', args, folder: root.folder, log: root.log, env: root.env, leashed: true });
}

function privileges({ uid, gid, groups }: NonNullable<ContainerRoot['user']>): string[] {
  const group = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`;
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, group, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
