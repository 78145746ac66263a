import { type MarkedFile, planEdits } from '../../../src/agent/image/automation-edits';
import type { VersionRef } from '../../../src/model/version-ref';

const ref = (tag: string, digest?: string): VersionRef => ({ name: 'docker.io/acme/web', tag, ...(digest ? { digest } : {}) });
const refs = (...policies: [string, string][]) => new Map(policies.map(([policy, tag]) => [`ns:${policy}`, ref(tag)]));
const marker = (policy: string, part = '') => `# {"$imagepolicy": "ns:${policy}${part}"}`;
const line = (policy: string, tag: string) => `image: "docker.io/acme/web:${tag}" ${marker(policy)}\n`;

function lockFile(path: string, entries: Record<string, string>, holds: readonly string[] = []): MarkedFile {
  const images = Object.entries(entries).map(([policy, tag]) => `  ${policy}: "docker.io/acme/web:${tag}" ${marker(policy)}\n`);
  const held = holds.length === 0 ? '' : `holds:\n${holds.map((policy) => `  images/${policy}: "2026-11-21T10:00:00Z alice: no"\n`).join('')}`;
  return { path, text: `apiVersion: fairlead.dev/v1\nkind: Lock\nimages:\n${images.join('')}${held}` };
}

const textOf = (files: readonly MarkedFile[]) => Object.fromEntries(files.map(({ path, text }) => [path, text]));

test('lock and output change together, whole references and parts', () => {
  const output = { path: 'dist/a.yaml', text: `kind: A\nmetadata: {name: x}\n${line('web', '1')}tag: "1" ${marker('web', ':tag')}\n` };
  const { edits, changes } = planEdits([lockFile('locks/a.yaml', { web: '1' }), output], refs(['web', '2']));
  expect(textOf(edits)).toEqual({
    'locks/a.yaml': lockFile('', { web: '2' }).text,
    'dist/a.yaml': output.text.replace('web:1"', 'web:2"').replace('"1"', '"2"'),
  });
  expect(changes).toMatchObject([
    { file: 'locks/a.yaml', policy: 'ns:web', new: 'docker.io/acme/web:2' },
    { file: 'dist/a.yaml', policy: 'ns:web', object: { kind: 'A', name: 'x' } },
    { file: 'dist/a.yaml', policy: 'ns:web', part: 'tag', old: '1', new: '2' },
  ]);
});

test('a key or a text that looks like a marker hides none', () => {
  const text = [
    `'x: "1" ${marker('other')}': "docker.io/acme/web:1" ${marker('web')}`,
    `y: "docker.io/acme/web:1" ${marker('web')}`,
    `"z ${marker('other').replaceAll('"', '\\"')}": "docker.io/acme/web:1" ${marker('web')}\n`,
  ].join('\n');
  for (const lines of [text, ...text.split('\n')]) {
    const { edits } = planEdits([{ path: 'dist/a.yaml', text: lines }], refs(['web', '2']));
    expect(textOf(edits)).toEqual(lines === '' ? {} : { 'dist/a.yaml': lines.replaceAll('web:1"', 'web:2"') });
  }
});

test('what is as chosen already, and what others choose, is left alone', () => {
  const files = [lockFile('locks/a.yaml', { web: '2', other: '1' }), { path: 'dist/a.yaml', text: line('web', '2') }];
  expect(planEdits(files, refs(['web', '2'], ['absent', '3']))).toEqual({ edits: [], changes: [], held: [], broken: [] });
});

test('a hold keeps its policy everywhere, and no other', () => {
  const files = [lockFile('locks/a.yaml', { web: '1', api: '1' }, ['web']), { path: 'dist/a.yaml', text: `${line('web', '1')}b${line('api', '1')}` }];
  const { edits, held } = planEdits(files, refs(['web', '2'], ['api', '2']));
  expect(textOf(edits)).toEqual({
    'locks/a.yaml': lockFile('', { web: '1', api: '2' }, ['web']).text,
    'dist/a.yaml': `${line('web', '1')}b${line('api', '2')}`,
  });
  expect(held).toEqual(['ns:web']);
});

test.each([
  ['before', 'dist/0.yaml'],
  ['after', 'dist/z.yaml'],
])('a file with a syntax error %s others leaves its policies out wholly', (_name, path) => {
  const files = [
    lockFile('locks/a.yaml', { web: '1', api: '1' }),
    { path: 'dist/a.yaml', text: `${line('web', '1')}b${line('api', '1')}` },
    { path, text: `${line('web', '1')}x: [\n` },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { edits, broken } = planEdits(files, refs(['web', '2'], ['api', '2']));
  expect(textOf(edits)).toEqual({
    'locks/a.yaml': lockFile('', { web: '1', api: '2' }).text,
    'dist/a.yaml': `${line('web', '1')}b${line('api', '2')}`,
  });
  expect(broken).toMatchObject([{ file: path, line: expect.any(Number), policies: ['ns:web'] }]);
});

test('a lock that cannot be read leaves its policies out, since nobody knows who is held', () => {
  const lock = lockFile('locks/a.yaml', { web: '1' }, ['web']);
  const files = [
    { ...lock, text: lock.text.replace('holds:', '<<<<<<< HEAD\nholds:') },
    { path: 'dist/a.yaml', text: line('web', '1') },
  ];
  const { edits, broken } = planEdits(files, refs(['web', '2']));
  expect(edits).toEqual([]);
  expect(broken).toEqual([{ file: 'locks/a.yaml', line: 5, reason: 'not a line of a lock file', policies: ['ns:web'] }]);
});

test('a broken file is nothing to speak of where nothing is due', () => {
  const files = [lockFile('locks/a.yaml', { web: '2' }), { path: 'dist/z.yaml', text: `${line('web', '2')}x: [\n` }];
  expect(planEdits(files, refs(['web', '2']))).toMatchObject({ edits: [], broken: [] });
});

test('of locks only, output stays as it is', () => {
  const files = [lockFile('locks/a.yaml', { web: '1' }), { path: 'dist/a.yaml', text: line('web', '1') }];
  const { edits } = planEdits(files, refs(['web', '2']), { locksOnly: true });
  expect(edits.map(({ path }) => path)).toEqual(['locks/a.yaml']);
});

test('markers where Flux finds them are found: among other texts, after a comma, above an item', () => {
  const texts = {
    'dist/a.yaml': `i: acme:1 # {"note":"#1","$imagepolicy":"ns:web:tag"}\n`,
    'dist/b.yaml': `[\n"1", # {"$imagepolicy": "ns:web:tag"}\n]\n`,
    'dist/c.yaml': `l:\n# {"$imagepolicy": "ns:web:tag"}\n- "1"\n`,
  };
  const { edits } = planEdits(
    Object.entries(texts).map(([path, text]) => ({ path, text })),
    refs(['web', '2']),
  );
  expect(edits.map(({ path }) => path)).toEqual(Object.keys(texts));
});
