import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';

const ROOT = resolve(__dirname, '..');

/** Platforms as Node names them, which npm chooses by, and as Go names them. */
const PLATFORMS: { readonly [platform: string]: string } = {
  'linux-x64': 'linux-amd64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-amd64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-amd64',
  'win32-arm64': 'windows-arm64',
};

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly [field: string]: unknown;
}

/** Makes the packages and gives their files, the main one first. */
function pack(destination: string, platforms: readonly string[]): string[] {
  mkdirSync(destination, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'fairlead-pack-'));
  try {
    buildEngine('wasip1-wasm');
    return [packMain(work, destination), ...platforms.map((platform) => packEngine(platform, work, destination))];
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Engines are named by the package as it is published alone: a checkout builds its own. */
function packMain(work: string, destination: string): string {
  execFileSync('tar', ['-xzf', npmPack(ROOT, work), '-C', work]);
  const folder = join(work, 'package');
  const manifest = readManifest(folder);
  const optionalDependencies = Object.fromEntries(Object.keys(PLATFORMS).map((platform) => [packageName(platform), manifest.version]));
  // What develops the package is no matter of those who install it, but for devDependencies: their versions are those that `fairlead init` writes.
  const { scripts, devEngines, ...published } = manifest;
  writeManifest(folder, { ...published, optionalDependencies } as Manifest);
  return npmPack(folder, destination);
}

function packEngine(platform: string, work: string, destination: string): string {
  const folder = join(work, platform);
  buildEngine(PLATFORMS[platform]);
  const [os, cpu] = platform.split('-');
  const executable = os === 'win32' ? 'fairlead-engine.exe' : 'fairlead-engine';
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'engine', 'bin', PLATFORMS[platform], executable), join(folder, 'bin', executable));
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  const { version, license } = readManifest(ROOT);
  const description = `The engine of fairlead for ${platform}`;
  writeManifest(folder, { name: packageName(platform), version, description, license, os: [os], cpu: [cpu], preferUnplugged: true });
  return npmPack(folder, destination);
}

function packageName(platform: string): string {
  return `@fairlead/engine-${platform}`;
}

function buildEngine(platform: string): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-engine.js'), platform], { stdio: ['ignore', process.stderr, 'inherit'] });
}

function npmPack(folder: string, destination: string): string {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, folder], { encoding: 'utf8' });
  const [{ filename }] = JSON.parse(output) as { readonly filename: string }[];
  return join(destination, filename.replace('@', '').replace('/', '-'));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function writeManifest(folder: string, manifest: Manifest): void {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

new Command('pack')
  .option('--destination <folder>', 'where the packages go', join(ROOT, 'pkg'))
  .option('--platforms <platforms>', 'engines to build, parted by commas', Object.keys(PLATFORMS).join(','))
  .action(({ destination, platforms }: { destination: string; platforms: string }) => {
    for (const file of pack(resolve(destination), platforms.split(',').filter(Boolean))) {
      console.log(`${file} ${(statSync(file).size / 1e6).toFixed(1)} MB`);
    }
  })
  .parse();
