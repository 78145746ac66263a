import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, type App, Lazy } from 'cdk8s';
import { Automation, Cluster, Environment, Repository as GitRepository, ImagePolicy, ImageSelection, Platform } from '../../src';
import { checkSynth } from '../../src/synth/check-synth';
import { locksOf } from '../../src/synth/lock-requests';
import { dropLocks } from '../../src/synth/locks';
import { planSynth } from '../../src/synth/plan-synth';
import { synthSession } from '../../src/synth/session';
import type { SynthOptions } from '../../src/synth/synth-options';
import { synthesize } from '../../src/synth/synthesize';
import { resolveText } from '../../src/synth/tokens';
import { writeSteps } from '../../src/synth/write-steps';
import { Repository } from './apps';

let repository: Repository;
beforeEach(() => {
  repository = new Repository();
});
afterEach(() => repository.remove());

const HEAD = 'apiVersion: fairlead.dev/v1\nkind: Lock\n';
const LOCK = 'locks/gke/dev/dev.yaml';
const SETTINGS = 'dist/gke/dev/dev/configmap-settings.yaml';
const IMAGE = 'ghcr.io/acme/web';

interface Program {
  readonly clusters?: readonly string[];
  /** Images by id, with their first tag. */
  readonly images?: { readonly [id: string]: string | undefined };
  readonly build?: (dev: Environment, images: readonly ImagePolicy[]) => void;
}

function platformOf({ clusters = ['gke'], images = { web: '1' }, build }: Program = {}): Platform {
  const platform = new Platform({ repository: GitRepository.git('https://git.example.com/acme/fleet'), root: repository.root });
  for (const id of clusters) {
    const dev = new Environment(new Cluster(platform, id, { kubernetesVersion: '1.36' }), 'dev');
    const policies = Object.entries(images).map(
      ([name, initial]) => new ImagePolicy(dev, name, { repository: IMAGE, select: ImageSelection.newest(), initial }),
    );
    new ApiObject(dev, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: Object.fromEntries(policies.map(({ name, tag }) => [name, tag])) });
    build?.(dev, policies);
  }
  return platform;
}

function synth(program: Program = {}, options: Partial<SynthOptions> = {}) {
  return synthesize(platformOf(program), { root: repository.root, ...options });
}

function edit(path: string, from: string, to: string): void {
  repository.write(path, repository.read(path).replace(from, to));
}

const entry = (id: string, tag: string) => `  ${id}: "${IMAGE}:${tag}" # {"$imagepolicy": "flux-system:gke-dev-${id}"}\n`;
const lockOf = (entries: string, holds = '') => `${HEAD}images:\n${entries}${holds}`;

test('an initial version is recorded, and what is recorded wins from then on', () => {
  expect(synth().written).toContain(LOCK);
  expect(repository.read(LOCK)).toBe(lockOf(entry('web', '1')));
  edit(LOCK, ':1"', ':2"');
  expect(synth({ images: { web: '9' } }).written).toEqual([SETTINGS]);
  expect(repository.read(LOCK)).toBe(lockOf(entry('web', '2')));
  expect(repository.read(SETTINGS)).toContain('web: "2" #');
  expect(synth()).toMatchObject({ written: [], removed: [] });
});

test('a version of another repository is none', () => {
  synth();
  edit(LOCK, `${IMAGE}:1`, 'ghcr.io/acme/other:7');
  synth({ images: { web: '3' } });
  expect(repository.read(LOCK)).toBe(lockOf(entry('web', '3')));
});

test('no version at all is refused with both remedies, and nothing is written', () => {
  const before = repository.tree();
  expect(() => synth({ images: { web: undefined, api: '1' } })).toThrow(
    /FL2019 there is no version of ghcr\.io\/acme\/web for images\/web in locks\/gke\/dev\/dev\.yaml\n.*fairlead lock.*initial/,
  );
  expect(repository.tree()).toEqual(before);
});

test.each([
  ['a conflict', (lock: string) => lock.replace('  web', '<<<<<<< HEAD\n  web'), 'line 4 is not one of a lock: <<<<<<< HEAD'],
  ['a reference without a tag', (lock: string) => lock.replace(':1"', '"'), 'line 4 is not one of a lock: web:'],
  ['a tag that no registry takes', (lock: string) => lock.replace(':1"', ':a\\"b"'), 'line 4 is not one of a lock: web: "ghcr.io/acme/web:a'],
])('a lock with %s is refused with its line', (_, spoil, problem) => {
  synth();
  repository.write(LOCK, spoil(repository.read(LOCK)));
  expect(() => synth()).toThrow(`FL2201 ${LOCK} ${problem}`);
});

test('entries of nothing go, and holds with them; files and folders without entries too', () => {
  synth({ images: { web: '1', api: '1' } });
  const holds = 'holds:\n  images/api: "2026-11-21T10:00:00Z alice: no"\n  images/web: "2026-11-21T10:00:00Z alice: no"\n';
  repository.write(LOCK, repository.read(LOCK) + holds);
  synth({ images: { web: '1' } });
  expect(repository.read(LOCK)).toBe(lockOf(entry('web', '1'), 'holds:\n  images/web: "2026-11-21T10:00:00Z alice: no"\n'));
  expect(repository.read(SETTINGS)).toContain('web: "1" # {');
  expect(synth({ images: {} }).removed).toContain(LOCK);
  expect(Object.keys(repository.tree()).filter((path) => path.startsWith('locks'))).toEqual([]);
});

test('locks of a cluster that is gone go; those of clusters that never were here stay', () => {
  synth({ clusters: ['gke', 'eks'] });
  repository.makeFolder('locks/other/dev');
  repository.write('locks/other/dev/dev.yaml', 'whatever');
  synth({ clusters: ['gke'] });
  expect(Object.keys(repository.tree()).filter((path) => path.startsWith('locks'))).toEqual([LOCK, 'locks/other/dev/dev.yaml']);
});

test('a look at what would come out leaves the locks as they are', () => {
  const outdir = join(repository.root, 'preview');
  synth({}, { outdir });
  expect(Object.keys(repository.tree()).filter((path) => path.startsWith('locks'))).toEqual([]);
});

test('locks are not written through a symbolic link', () => {
  symlinkSync(tmpdir(), join(repository.root, 'locks'));
  expect(() => synth()).toThrow(/FL2112.*symbolic link/);
});

test('an app can be looked at, given its locks, and synthesized then', () => {
  const seen: App[] = [];
  synthSession.onSynth = (app) => seen.push(app);
  try {
    platformOf({ images: { web: undefined } }).synth();
  } finally {
    synthSession.onSynth = undefined;
  }
  const [app] = seen;
  expect(locksOf(app)).toEqual([
    expect.objectContaining({ key: 'images/web', name: IMAGE, policy: 'flux-system:gke-dev-web', automation: 'gke-commit' }),
  ]);
  expect(() => synthesize(app, { root: repository.root })).toThrow('FL2019');
  repository.makeFolder('locks/gke/dev');
  repository.write(LOCK, lockOf(`  web: "${IMAGE}:5"\n`));
  dropLocks(app);
  synthesize(app, { root: repository.root });
  expect(repository.read(LOCK)).toBe(lockOf(entry('web', '5')));
});

test('killed after any step, the next synth of something else goes on', () => {
  const [before, during, after]: Program[] = [
    { images: { web: '1', old: '1' } },
    { images: { web: '1', api: '1' } },
    { images: { api: '2', cron: '1' } },
  ];
  const inTree = (run: () => void) => {
    repository.remove();
    repository = new Repository();
    synth(before);
    run();
    synth(after);
    return repository.tree();
  };
  const steps = () => {
    const { output, plan, locks, before: owned } = planSynth(platformOf(during), { root: repository.root });
    return writeSteps(output.base, plan, owned, locks);
  };
  let total = 0;
  // What an interrupted synth recorded of a version that stays is kept.
  const clean = inTree(() => {
    total = steps().length;
  });
  for (let done = 0; done <= total; done++) {
    const tree = inTree(() => {
      for (const step of steps().slice(0, done)) step();
    });
    const recorded = tree[LOCK].replace('api: "ghcr.io/acme/web:1"', 'api: "ghcr.io/acme/web:2"');
    expect({ ...tree, [LOCK]: recorded, [SETTINGS]: tree[SETTINGS].replace('api: "1"', 'api: "2"') }).toEqual(clean);
  }
});

describe('a version that is computed with', () => {
  const build: Program['build'] = (dev, [web]) => {
    new ApiObject(dev, 'text', { apiVersion: 'v1', kind: 'ConfigMap', data: { 'a b': `runs ${web.tag}`, [`x-${web.tag}`]: 1 } });
  };

  test('is warned of, with policy, object, field and what to write instead', () => {
    const { warnings } = synth({ build });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(
      /^FL2213 \[gke\/dev\/text\] the version that flux-system:gke-dev-web chooses is part of a longer text at \/data\/a b of ConfigMap\/dev\/text: .*\n {2}let a field be the whole reference/,
    );
    expect(warnings[1]).toContain('is part of a key at /data');
  });

  test('is nothing to say where nobody automates it', () => {
    const { warnings } = synth({
      build: (dev) => {
        const off = new ImagePolicy(dev, 'off', { repository: IMAGE, select: ImageSelection.newest(), initial: '1', automation: Automation.OFF });
        new ApiObject(dev, 'text', { apiVersion: 'v1', kind: 'ConfigMap', data: { text: `runs ${off.tag}` } });
      },
    });
    expect(warnings).toEqual([]);
  });

  test('fails where that is asked for', () => {
    expect(() => synth({ build }, { strict: true })).toThrow(/found 2 problems.*\n {2}\[gke\/dev\/text\] FL2213/);
    expect(repository.tree()).toEqual({ 'cdk8s.yaml': expect.any(String) });
  });
});

describe('a check', () => {
  const check = (program: Program = {}) => checkSynth(platformOf(program), { root: repository.root });

  test('is content with what a synth wrote, and with what automation made of it', () => {
    synth();
    expect(check()).toMatchObject({ written: [], removed: [], checked: 1 });
    for (const path of [LOCK, SETTINGS]) edit(path, /:1"/.test(repository.read(path)) ? ':1"' : '"1"', path === LOCK ? ':2"' : '"2"');
    expect(check()).toMatchObject({ checked: 1 });
  });

  test('names every file that would change, locks and ownership among them, and writes nothing', () => {
    synth({ clusters: ['gke', 'eks'] });
    const before = repository.tree();
    const names = (program: Program) => {
      try {
        check(program);
        return [];
      } catch (error) {
        return [...(error as Error).message.matchAll(/FL2214 (\S+)/g)].map(([, path]) => path);
      }
    };
    expect(names({ clusters: ['gke', 'eks'], images: { web: '1', api: '1' } })).toEqual(
      [
        ...['eks', 'gke'].map((cluster) => `.fairlead/owned/${cluster}/_images.txt`),
        ...['eks', 'gke'].map((cluster) => `.fairlead/owned/${cluster}/dev.txt`),
        ...['eks', 'gke'].map((cluster) => `dist/${cluster}/_images/flux-system/imagepolicy.image.toolkit.fluxcd.io-${cluster}-dev-api.yaml`),
        ...['eks', 'gke'].map((cluster) => `dist/${cluster}/dev/dev/configmap-settings.yaml`),
        'locks/eks/dev/dev.yaml',
        LOCK,
      ].sort(),
    );
    expect(names({ clusters: ['gke'] })).toEqual(expect.arrayContaining(['.fairlead/owned/eks/dev.txt', 'locks/eks/dev/dev.yaml']));
    edit(LOCK, ':1"', ':2"');
    expect(names({ clusters: ['gke', 'eks'] })).toEqual([SETTINGS]);
    edit(LOCK, ':2"', ':1"');
    expect(repository.tree()).toEqual(before);
  });

  test('finds what an edit would leave behind', () => {
    const build: Program['build'] = (dev, [web]) => {
      const data = { upper: Lazy.any({ produce: () => resolveText(web.tag).toUpperCase() }) };
      new ApiObject(dev, 'lazy', { apiVersion: 'v1', kind: 'ConfigMap', data });
    };
    synth({ build });
    expect(() => check({ build })).toThrow('FL2215 automation would write dist/gke/dev/dev/configmap-lazy.yaml otherwise than a synth does');
  });
});
