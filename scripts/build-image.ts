import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { releasedImage } from '../src/install/image';

const RUNTIMES = ['podman', 'docker', 'buildah'];

/** Builds the agent's image with whichever container runtime is there: `tsx scripts/build-image.ts [TAG] [OPTION…]`. */
function main([tag = releasedImage(), ...options]: readonly string[]): number {
  const runtime = RUNTIMES.find((program) => spawnSync(program, ['--version']).status === 0);
  if (runtime === undefined) {
    process.stderr.write(
      `cannot build an image: none of ${RUNTIMES.join(', ')} is there\nscripts/make-image-root.ts makes its root file system without them\n`,
    );
    return 2;
  }
  const root = join(__dirname, '..');
  const args = ['build', '--file', join(root, 'Containerfile'), '--tag', tag, ...options, root];
  return spawnSync(runtime, args, { stdio: 'inherit' }).status ?? 1;
}

process.exit(main(process.argv.slice(2)));
