import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { errors } from '../../src/common/errors';
import { binaries } from '../../src/testbed/binaries';
import { toolPath } from '../../src/testbed/cache-folder';

let cache: string;
const env = { ...process.env };
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache-'));
  delete process.env.KUBEBUILDER_ASSETS;
});
afterEach(() => {
  process.env = { ...env };
  rmSync(cache, { recursive: true });
});

test('what is in the cache is not built', async () => {
  fakeGo('exit 1');
  executable(toolPath('helm', cache));
  expect(await binaries(['helm'], { cache })).toEqual({ helm: toolPath('helm', cache) });
});

test('KUBEBUILDER_ASSETS comes before the cache, for what it holds', async () => {
  const assets = join(cache, 'assets');
  process.env.KUBEBUILDER_ASSETS = assets;
  executable(join(assets, 'etcd'));
  executable(toolPath('etcd', cache));
  executable(toolPath('kubectl', cache));
  expect(await binaries(['etcd', 'kubectl'], { cache })).toEqual({ etcd: join(assets, 'etcd'), kubectl: toolPath('kubectl', cache) });
});

test('what is missing is built once, though asked for twice at a time, and nothing else stays', async () => {
  const calls = join(cache, 'calls');
  fakeGo(`echo "$@" >> ${calls}; while [ $# -gt 1 ]; do [ "$1" = -o ] && echo program > "$2" && chmod +x "$2"; shift; done; exit 0`);
  const lines: string[] = [];
  const ask = () => binaries(['kustomize'], { cache, progress: (line) => void lines.push(line) });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first).toEqual(second);
  expect(readFileSync(first.kustomize, 'utf8')).toBe('program\n');
  expect(
    readFileSync(calls, 'utf8')
      .split('\n')
      .filter((call) => call.startsWith('build ')),
  ).toHaveLength(1);
  expect(lines).toEqual(
    expect.arrayContaining([expect.stringMatching(/^building kustomize v5.8.1, about /), expect.stringMatching(/^built kustomize/)]),
  );
  expect(readdirSync(join(cache, 'scratch'))).toEqual([]);
  expect(readdirSync(join(cache, 'locks'))).toEqual([]);
});

test('scratch modules of builds that were killed long ago are removed', async () => {
  const [abandoned, current] = ['kwok-a', 'kwok-b'].map((name) => join(cache, 'scratch', name));
  for (const folder of [abandoned, current]) mkdirSync(folder, { recursive: true });
  utimesSync(abandoned, new Date(0), new Date(0));
  fakeGo('exit 1');
  await expect(binaries(['kwok'], { cache, progress: () => undefined })).rejects.toThrow('building kwok');
  expect(readdirSync(join(cache, 'scratch'))).toEqual(['kwok-b']);
});

test('a failed build names the tool, the end of its log and the log itself', async () => {
  fakeGo('[ "$1" = build ] && echo "undefined: something" >&2 && exit 2; exit 0');
  const failure = await binaries(['kubeseal'], { cache, progress: () => undefined }).catch((error: unknown) => error);
  expect(errors.ToolBuildFailed.is(failure)).toBe(true);
  expect(String(failure)).toMatch(/kubeseal v0.36.6[\s\S]*undefined: something/);
  expect((failure as { remedy: string }).remedy).toContain(join(cache, 'logs', 'kubeseal-v0.36.6.log'));
});

test('a machine without Go says so', async () => {
  process.env.PATH = join(cache, 'nothing');
  const failure = await binaries(['kwok'], { cache, progress: () => undefined }).catch((error: unknown) => error);
  expect(errors.GoMissing.is(failure)).toBe(true);
});

function executable(path: string, text = '#!/bin/sh\n'): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function fakeGo(script: string): void {
  executable(join(cache, 'bin', 'go'), `#!/bin/sh\n${script}\n`);
  process.env.PATH = `${join(cache, 'bin')}:${env.PATH}`;
}
