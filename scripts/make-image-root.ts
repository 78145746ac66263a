import { makeImageRoot } from './image/image-root';
import { sizesOf } from './image/sizes';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: tsx scripts/make-image-root.ts FOLDER\n');
  process.exit(2);
}
makeImageRoot(folder);
for (const [part, bytes] of sizesOf(folder)) process.stdout.write(`${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${part}\n`);
