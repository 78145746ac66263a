import { hash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { load } from 'js-yaml';
import { readTar } from '../oci/tar';
import { toolPath } from './cache-folder';
import type { Progress } from './progress';
import { type ToolName, toolOf } from './tools';

/** Where programs are published. */
export interface PublishedAt {
  /** Index of setup-envtest's archives. */
  readonly envtest: string;
  /** Kubernetes' own programs, for Linux, each with its `.sha256`. */
  readonly kubernetes: string;
  /** kwok's releases. */
  readonly kwok: string;
}

export const PUBLISHED_AT: PublishedAt = {
  envtest: 'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml',
  kubernetes: 'https://dl.k8s.io/release',
  kwok: 'https://github.com/kubernetes-sigs/kwok/releases/download',
};

/** In the archives of setup-envtest. */
const IN_ENVTEST: ReadonlySet<ToolName> = new Set(['etcd', 'kube-apiserver', 'kubectl']);
const OF_KUBERNETES: ReadonlySet<ToolName> = new Set(['kube-controller-manager', 'kube-scheduler']);
const ASK_MS = 15_000;
const FETCH_MS = 10 * 60_000;

type Index = {
  readonly releases?: { readonly [version: string]: { readonly [archive: string]: { readonly hash: string; readonly selfLink: string } } };
};

/** Archives of setup-envtest are of whatever patch version they were made for, so they have a place of their own. */
export function envtestPath(name: ToolName, cache: string): string | undefined {
  return IN_ENVTEST.has(name) ? join(cache, 'envtest', minorOf(toolOf('kube-apiserver').version), name) : undefined;
}

/**
 * Fetches a program into the cache where somebody publishes it for this machine. Gives its path; undefined where nobody does, or where it cannot be
 * had just now, which is told.
 */
export async function fetchTool(name: ToolName, cache: string, progress: Progress, at: PublishedAt = PUBLISHED_AT): Promise<string | undefined> {
  const platform = { os: process.platform === 'win32' ? 'windows' : process.platform, arch: process.arch === 'x64' ? 'amd64' : process.arch };
  const { version } = toolOf(name);
  try {
    if (IN_ENVTEST.has(name)) return await fetchEnvtest(name, cache, progress, at, `${platform.os}-${platform.arch}`);
    if (platform.os !== 'linux') return undefined;
    const path = toolPath(name, cache);
    if (OF_KUBERNETES.has(name)) {
      const url = `${at.kubernetes}/${version}/bin/linux/${platform.arch}/${name}`;
      const wanted = (await ask(`${url}.sha256`, ASK_MS)).toString().trim();
      progress(`downloading ${name} ${version}`);
      return await install(path, verified(await ask(url, FETCH_MS), 'sha256', wanted, url));
    }
    if (name !== 'kwok') return undefined;
    progress(`downloading kwok ${version}`);
    return await install(path, await ask(`${at.kwok}/${version}/kwok-linux-${platform.arch}`, FETCH_MS));
  } catch (error) {
    progress(`${name} cannot be downloaded, so it is built: ${reasonOf(error)}`);
    return undefined;
  }
}

/** All that is in the archive is kept: the next one asks for it. */
async function fetchEnvtest(wanted: ToolName, cache: string, progress: Progress, at: PublishedAt, platform: string): Promise<string | undefined> {
  const { releases = {} } = load((await ask(at.envtest, ASK_MS)).toString()) as Index;
  const version = newestOf(Object.keys(releases), minorOf(toolOf('kube-apiserver').version));
  const archive = version === undefined ? undefined : releases[version][`envtest-${version}-${platform}.tar.gz`];
  if (archive === undefined) return undefined;
  progress(`downloading etcd, kube-apiserver and kubectl of setup-envtest ${version}`);
  const bytes = verified(await ask(archive.selfLink, FETCH_MS), 'sha512', archive.hash, archive.selfLink);
  let found: string | undefined;
  for (const { path, bytes: program } of readTar(await promisify(gunzip)(bytes))) {
    const name = path.slice(path.lastIndexOf('/') + 1) as ToolName;
    const target = envtestPath(name, cache);
    if (target === undefined) continue;
    await install(target, program);
    if (name === wanted) found = target;
  }
  return found;
}

/** The highest patch version of a minor one, among `v1.36.0` and the like; prereleases do not count. */
export function newestOf(versions: readonly string[], minor: string): string | undefined {
  const patches = versions.map((version) => /^(v\d+\.\d+)\.(\d+)$/.exec(version)).filter((match) => match?.[1] === minor) as RegExpExecArray[];
  return patches.sort((a, b) => Number(b[2]) - Number(a[2])).at(0)?.[0];
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

async function ask(url: string, timeoutMs: number): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

function verified(bytes: Buffer, algorithm: string, wanted: string, url: string): Buffer {
  if (hash(algorithm, bytes, 'hex') !== wanted) throw new Error(`${url} is not what its ${algorithm} says`);
  return bytes;
}

async function install(path: string, program: Buffer): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const scratch = await mkdtemp(`${path}-`);
  try {
    await writeFile(join(scratch, 'program'), program, { mode: 0o755 });
    await rename(join(scratch, 'program'), path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return path;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
  return cause?.message || message;
}
