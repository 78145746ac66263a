import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { editMarkers } from '../../src/model/edit-markers';
import { type Lock, type LockEntry, type LockKey, lockPath, parseLock, printLock } from '../../src/model/lock';
import { parseMarker } from '../../src/model/marker';
import { printRef, type VersionRef } from '../../src/model/version-ref';
import { digests, locks, tags } from '../model/locks-arbitrary';
import { runs } from '../support/runs';

/** What Renovate takes out of a file, and what it puts in its place. */
interface Dependency {
  readonly [field: string]: string | undefined;
}

interface CustomManager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly autoReplaceStringTemplate: string;
  readonly datasourceTemplate: string;
  readonly packageNameTemplate?: string;
  readonly registryUrlTemplate?: string;
}

const { customManagers } = JSON.parse(readFileSync(join(__dirname, '../../renovate/locks.json'), 'utf8')) as { customManagers: CustomManager[] };
const [images, ociCharts, httpCharts] = customManagers;

test('lock files match, output does not', () => {
  for (const { managerFilePatterns } of customManagers) {
    const pattern = new RegExp(managerFilePatterns[0].slice(1, -1));
    expect(lockPath('gke', 'dev', 'dev')).toMatch(pattern);
    expect(`environments/${lockPath('gke', 'dev', '')}`).toMatch(pattern);
    expect('dist/gke/dev/dev/deployment.apps-podinfo.yaml').not.toMatch(pattern);
  }
});

test.each(customManagers)('the expressions of $description are RE2', ({ matchStrings }) => {
  for (const expression of matchStrings) expect(() => RE2JS.compile(expression)).not.toThrow();
});

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['an image', images, 'docker.io/stefanprodan/podinfo:6.7.1', { datasource: 'docker', depName: 'docker.io/stefanprodan/podinfo' }],
  ['an image at a port', images, `localhost:5000/podinfo:1.10@${digest}`, { depName: 'localhost:5000/podinfo', currentDigest: digest }],
  [
    'a chart of an HTTP repository',
    httpCharts,
    `charts.bitnami.com/bitnami/external-dns:6.2.7@${digest}`,
    {
      datasource: 'helm',
      depName: 'charts.bitnami.com/bitnami/external-dns',
      packageName: 'external-dns',
      registryUrl: 'https://charts.bitnami.com/bitnami',
      // The index of a chart repository has digests without algorithm.
      currentDigest: '0'.repeat(64),
    },
  ],
  [
    'a chart of a registry',
    ociCharts,
    'ghcr.io/stefanprodan/charts/podinfo:6.5.0',
    { datasource: 'docker', depName: 'ghcr.io/stefanprodan/charts/podinfo' },
  ],
])('%s is looked up where it is published', (_, manager, reference, expected) => {
  const section = manager === images ? 'images' : 'charts';
  const found = extract(manager, `apiVersion: fairlead.dev/v1\nkind: Lock\n${section}:\n  podinfo: "${reference}"\n`);
  expect(found).toEqual([expect.objectContaining(expected)]);
});

test('every entry of a lock is found once, with its name, version and digest', () => {
  fc.assert(
    fc.property(locks(), (lock) => {
      const found = customManagers.flatMap((manager) => extract(manager, printLock(lock)));
      const wanted = [...lock.entries.values()].map(({ ref }) => printRef(ref));
      expect(found.map(refOf).sort()).toEqual(wanted.sort());
    }),
  );
});

test.each([
  ['images', images],
  ['charts of registries', ociCharts],
  ['charts of HTTP repositories', httpCharts],
])('what Renovate makes of %s is the lock with the new version, and nothing else of the file changes', (_, manager) => {
  const updates = fc.tuple(locks(), fc.nat(), tags(), digests());
  fc.assert(
    fc.property(updates, ([lock, choice, tag, digest]) => {
      const entries = entriesOf(manager, lock);
      fc.pre(entries.length > 0);
      const index = choice % entries.length;
      const [key, entry] = entries[index];
      const ref: VersionRef = { ...entry.ref, tag, ...(entry.ref.digest === undefined ? {} : { digest }) };
      const edited: Lock = { ...lock, entries: new Map(lock.entries).set(key, { ...entry, ref }) };
      const updated = update(manager, printLock(lock), index, ref);
      expect(updated).toBe(printLock(edited));
      const marker = parseMarker(entry.marker ?? '');
      if (marker) expect(updated).toBe(editMarkers(printLock(lock), new Map([[marker.policy, ref]])).text);
    }),
    { numRuns: runs(300) },
  );
});

/** Dependencies of a file as Renovate's strategy `recursive` finds them: each expression in what the one before has matched. */
function extract(manager: CustomManager, text: string): Dependency[] {
  const [sections, lines, references] = manager.matchStrings.map((expression) => new RegExp(expression, 'g'));
  const matches = [...text.matchAll(sections)].flatMap(([section]) =>
    [...section.matchAll(lines)].flatMap(([line]) => [...line.matchAll(references)]),
  );
  return matches
    .filter(({ groups }) => groups?.depName && groups.currentValue)
    .map(({ 0: replaceString, groups = {} }) => ({
      ...groups,
      datasource: manager.datasourceTemplate,
      packageName: fill(manager.packageNameTemplate ?? '{{{depName}}}', groups),
      registryUrl: fill(manager.registryUrlTemplate ?? '', groups),
      replaceString,
    }));
}

/** The entries a manager finds, in the order of the file. */
function entriesOf(manager: CustomManager, lock: Lock): (readonly [LockKey, LockEntry])[] {
  const alone = ([key, entry]: [LockKey, LockEntry]) => printLock({ entries: new Map([[key, entry]]), holds: new Map() });
  return [...parseLock(printLock(lock)).entries].filter((entry) => extract(manager, alone(entry)).length > 0);
}

/** The file after an update: of all places that read like the dependency, the first by which it is the one that has the new version. */
function update(manager: CustomManager, text: string, index: number, { tag, digest }: VersionRef): string {
  const dependency = extract(manager, text)[index];
  const { replaceString = '', currentDigest } = dependency;
  const newDigest = currentDigest?.includes(':') ? digest : digest?.replace('sha256:', '');
  const replacement = fill(manager.autoReplaceStringTemplate, { ...dependency, newValue: tag, newDigest });
  for (let at = text.indexOf(replaceString); at >= 0; at = text.indexOf(replaceString, at + 1)) {
    const after = text.slice(0, at) + replacement + text.slice(at + replaceString.length);
    const found = extract(manager, after)[index];
    if (found.currentValue === tag && found.currentDigest === newDigest) return after;
  }
  throw new Error(`${replaceString} is not in the file`);
}

/** What of Handlebars the preset uses. */
function fill(template: string, fields: Dependency): string {
  return template
    .replace(/\{\{#if (\w+)\}\}(.*?)\{\{\/if\}\}/g, (_, name: string, then: string) => (fields[name] ? then : ''))
    .replace(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => fields[name] ?? '');
}

function refOf({ depName = '', currentValue = '', currentDigest: digest }: Dependency): string {
  const withAlgorithm = digest === undefined || digest.startsWith('sha256:') ? digest : `sha256:${digest}`;
  return printRef({ name: depName, tag: currentValue, digest: withAlgorithm });
}
