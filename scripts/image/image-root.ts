import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CONTENTS, FOLDERS, TEXTS } from './contents';
import { productionPackages } from './production-packages';
import { sharedLibraries } from './shared-libraries';

const PACKAGE = resolve(__dirname, '../..');

/** Folders that are links to those below `/usr`, as in every distribution of today. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64'];

/**
 * Puts together the root file system of the agent's image, from the programs of this machine and this package as it is compiled. The folder must not be there.
 * The Containerfile runs it too, so what tests run in is what is shipped.
 */
export function makeImageRoot(root: string): void {
  mkdirSync(root, { recursive: false });
  for (const folder of MERGED) symlinkSync(`usr/${folder}`, join(root, folder));
  for (const [folder, mode] of Object.entries(FOLDERS)) {
    mkdirSync(join(root, folder), { recursive: true });
    chmodSync(join(root, folder), mode);
  }
  for (const [path, text] of Object.entries(TEXTS)) writeFileSync(made(join(root, path)), text);
  for (const file of CONTENTS.files) copy(file, join(root, file));
  for (const program of CONTENTS.programs) addProgram(root, program);
  for (const [path, target] of Object.entries(CONTENTS.links)) symlinkSync(target, made(join(root, path)));
  addApp(join(root, 'app'));
}

function addProgram(root: string, program: string): void {
  const path = program === 'node' ? process.execPath : program.includes('/') ? join(execPath(), program.split('/').at(-1)!) : which(program);
  const target = program.includes('/') ? join('/usr/lib', program) : join('/usr/bin', program);
  copy(path, join(root, target));
  for (const library of sharedLibraries(path)) {
    const merged = library.replace(/^\/(lib\w*)\//, '/usr/$1/');
    if (!existsSync(join(root, merged))) copy(library, join(root, merged));
  }
}

/** Where git has the programs that are no commands. */
function execPath(): string {
  return execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
}

function which(program: string): string {
  return execFileSync('sh', ['-c', 'command -v "$1"', 'which', program], { encoding: 'utf8' }).trim();
}

function addApp(app: string): void {
  for (const path of CONTENTS.app) copyAll(join(PACKAGE, path), join(app, path), () => true);
  copyAll(join(PACKAGE, CONTENTS.compiled), join(app, CONTENTS.compiled), (name) => name.endsWith('.js'));
  for (const folder of productionPackages(PACKAGE, CONTENTS.leftOut)) {
    copyAll(join(PACKAGE, folder), join(app, folder), (name) => /\.(c?js|json|node|wasm)$|^LICENSE/i.test(name));
  }
}

/** Files whose name is wanted, with their folders; packages inside of packages come by themselves. */
function copyAll(from: string, to: string, isWanted: (name: string) => boolean): void {
  const isFolder = lstatSync(from).isDirectory();
  if (!isFolder) copy(from, to);
  for (const entry of isFolder ? readdirSync(from, { withFileTypes: true }) : []) {
    if (entry.isDirectory() && entry.name !== 'node_modules') copyAll(join(from, entry.name), join(to, entry.name), isWanted);
    else if (entry.isFile() && isWanted(entry.name)) copy(join(from, entry.name), join(to, entry.name));
  }
}

/** The file a link leads to, readable for everybody. */
function copy(from: string, to: string): void {
  const file = realpathSync(from);
  copyFileSync(file, made(to));
  chmodSync(to, statSync(file).mode & 0o111 ? 0o755 : 0o644);
}

/** A path whose folder is there. */
function made(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
