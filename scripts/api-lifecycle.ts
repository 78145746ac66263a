import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ApiLifecycle } from '../src/validate/schema/api-lifecycle';
import { moduleFolder } from './module-folder';

/** Where Kubernetes notes when its APIs were or will be deprecated and removed. Types are dropped in time, so older modules know more; the newest is right. */
const MODULES: readonly (readonly [path: string, version: string])[] = [
  ...['v0.22.17', 'v0.26.15', 'v0.30.14', 'v0.33.13', 'v0.35.4', 'v0.36.3'].map((version) => ['k8s.io/api', version] as const),
  ['k8s.io/apiextensions-apiserver', 'v0.36.3'],
  ['k8s.io/kube-aggregator', 'v0.36.3'],
];

const FILE = 'zz_generated.prerelease-lifecycle.go';

/** By `extensions/v1beta1/Deployment`, those alone that were or will be deprecated. */
export async function apiLifecycle(say: (line: string) => void): Promise<Readonly<Record<string, ApiLifecycle>>> {
  const found = new Map<string, ApiLifecycle>();
  for (const [path, version] of MODULES) {
    say(`${path}@${version}`);
    for (const [kind, lifecycle] of await lifecyclesIn(await moduleFolder(path, version))) found.set(kind, lifecycle);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function lifecyclesIn(folder: string): Promise<[string, ApiLifecycle][]> {
  const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(FILE)).sort();
  const perFile = files.map(async (path) => {
    const apiVersion = await apiVersionAt(join(folder, dirname(path)));
    return Object.entries(functionsOf(await readFile(join(folder, path), 'utf8')))
      .filter(([kind, { deprecated }]) => deprecated !== undefined && !kind.endsWith('List') && !/Options$/.test(kind))
      .map(([kind, lifecycle]): [string, ApiLifecycle] => [`${apiVersion}/${kind}`, lifecycle as ApiLifecycle]);
  });
  return (await Promise.all(perFile)).flat();
}

/** The group stands beside the types, the version is the folder. */
async function apiVersionAt(folder: string): Promise<string> {
  const register = [join(folder, 'register.go'), join(dirname(folder), 'register.go')].filter((path) => existsSync(path));
  const texts = await Promise.all(register.map((path) => readFile(path, 'utf8')));
  const group = texts.map((text) => /GroupName\s*=\s*"([^"]*)"/.exec(text)?.[1]).find((name) => name !== undefined);
  if (group === undefined) throw new Error(`no group is named in ${folder}`);
  const version = folder.slice(folder.lastIndexOf('/') + 1);
  return group === '' ? version : `${group}/${version}`;
}

function functionsOf(code: string): Record<string, Partial<ApiLifecycle>> {
  const found: Record<string, Partial<ApiLifecycle>> = {};
  const release = /func \(in \*(\w+)\) APILifecycle(Deprecated|Removed)\(\) \(major, minor int\) \{\s*return (\d+), (\d+)/g;
  for (const [, kind, what, major, minor] of code.matchAll(release)) {
    found[kind] = { ...found[kind], [what.toLowerCase()]: `${major}.${minor}` };
  }
  const replacement =
    /func \(in \*(\w+)\) APILifecycleReplacement\(\) schema\.GroupVersionKind \{\s*return schema\.GroupVersionKind\{Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"/g;
  for (const [, kind, group, version, name] of code.matchAll(replacement)) {
    found[kind] = { ...found[kind], replacement: `${group === '' ? '' : `${group}/`}${version}/${name}` };
  }
  return found;
}
