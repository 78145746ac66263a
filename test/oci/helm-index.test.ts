import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CORE_SCHEMA, dump } from 'js-yaml';
import { digestOf } from '../../src/common/digest';
import { HelmIndex } from '../../src/oci/helm-index';
import { IndexCutter } from '../../src/oci/helm-index-cutter';
import { parsePart, parseWhole } from '../../src/oci/helm-index-part';
import { runs } from '../support/runs';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-index-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The cutter over a text that comes in pieces of some bytes. */
function cut(text: string, chunk = 7): Record<string, string> | undefined {
  const cutter = new IndexCutter();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) cutter.write(bytes.subarray(at, at + chunk));
  const parts = cutter.end();
  return parts && Object.fromEntries([...parts].map(([chart, { from, to }]) => [chart, bytes.toString('utf8', from, to)]));
}

async function open(text: string): Promise<HelmIndex> {
  const file = join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, text);
  return await HelmIndex.open(file, digestOf(Buffer.from(text)), 'https://charts.example.com');
}

test('each chart has its own lines', () => {
  expect(cut('apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0\n  b:\n  - version: 2.0.0\n  - version: 1.0.0\ngenerated: now\n')).toEqual({
    a: '  a:\n  - version: 1.0.0\n',
    b: '  b:\n  - version: 2.0.0\n  - version: 1.0.0\n',
  });
});

test.each([
  ['entries first', 'entries:\n  a:\n    - version: 1.0.0\napiVersion: v1\n'],
  ['carriage returns', '\uFEFFapiVersion: v1\r\nentries:\r\n  a:\r\n  - version: 1.0.0\r\n'],
  [
    'comments and blank lines',
    '# top\n---\napiVersion: v1 # one\n\nentries: # all\n# left\n    # deep\n  a: # it\n\n  # item\n  - version: 1.0.0\n# end\n',
  ],
  ['quoted keys', '"apiVersion": v1\n\'entries\':\n  "a":\n  - {version: 1.0.0}\n'],
  ['no newline at the end', 'apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0'],
  ['a list of one line', 'apiVersion: v1\nentries:\n  a: [{version: 1.0.0}]\n'],
  ['texts that look like charts', 'apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0\n    description: |\n     x:\n     - version: 2.0.0\n'],
  ['an anchor beside the list', 'apiVersion: v1\nentries:\n  a: &all\n  - version: 1.0.0\n'],
])('%s: cut and read', async (_what, text) => {
  expect(Object.keys(cut(text) ?? {})).toEqual(['a']);
  expect((await (await open(text)).versions('a')).map(({ version }) => version)).toEqual(['1.0.0']);
});

test.each([
  ['flow style', 'apiVersion: v1\nentries: {a: [{version: 1.0.0}]}\n'],
  ['JSON', JSON.stringify({ apiVersion: 'v1', entries: { a: [{ version: '1.0.0' }] } })],
  ['a text that goes on at the margin', 'apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0\n    description: "goes\non"\n'],
  ['a tag on the list', 'apiVersion: v1\n!!str entries:\n  a:\n  - version: 1.0.0\n'],
])('%s: read whole', async (_what, text) => {
  expect(cut(text)).toBeUndefined();
  expect((await (await open(text)).versions('a')).map(({ version }) => version)).toEqual(['1.0.0']);
});

test('a list that another chart stands for is found', async () => {
  const index = await open('apiVersion: v1\nentries:\n  a: &all\n  - version: 1.0.0\n  b: *all\n');
  expect(await index.versions('b')).toEqual([{ version: '1.0.0', urls: [] }]);
});

test.each([
  ['<!DOCTYPE html><html></html>', 'it is no map'],
  ['', 'it is no map'],
  ['entries: {}', 'it has no apiVersion'],
  ['apiVersion: v1\nentries:\n  a: &x\n  - *x\n - b', ''],
  ['apiVersion: v1\nentries: [1]', 'its entries are no map'],
])('%j is no index', async (text, reason) => {
  await expect(open(text)).rejects.toMatchObject({ code: 'FL1120', message: expect.stringContaining(reason) });
});

test('what is read of a version', async () => {
  const text =
    'apiVersion: v1\nentries:\n  a:\n  - version: 1.2.3\n    digest: abc\n    urls: [a-1.2.3.tgz]\n    created: 2024-01-02T03:04:05Z\n    deprecated: true\n  - description: none\n';
  const version = { version: '1.2.3', digest: 'sha256:abc', urls: ['a-1.2.3.tgz'], created: '2024-01-02T03:04:05Z', deprecated: true };
  expect(await (await open(text)).versions('a')).toEqual([version]);
  expect(await (await open(text)).versions('b')).toEqual([]);
});

const words = fc.oneof(
  fc.constantFrom('a: b', '- x', '  - version: 9', '# no', "it's", '"q"', 'line\nnext', 'tail ', '\ttab', 'true', '1.10', ''),
  fc.string(),
);
const release = fc.record(
  {
    version: fc.oneof(
      fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.')),
      words,
    ),
    digest: fc.constantFrom('abc', 'sha256:def'),
    urls: fc.array(words, { maxLength: 2 }),
    created: fc.constant('2024-01-02T03:04:05.678901Z'),
    deprecated: fc.boolean(),
    description: words,
    annotations: fc.dictionary(words, words, { maxKeys: 3 }),
    maintainers: fc.array(fc.record({ name: words, email: words }), { maxLength: 2 }),
  },
  { requiredKeys: ['version'] },
);
const charts = fc.dictionary(
  fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
    words.filter((word) => word !== '__proto__'),
  ),
  fc.array(release, { maxLength: 4 }),
  { maxKeys: 6 },
);

test('cut and parsed part by part, an index says the same as parsed whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      charts,
      fc.record({ indent: fc.constantFrom(2, 4), noArrayIndent: fc.boolean(), forceQuotes: fc.boolean(), lineWidth: fc.constantFrom(-1, 20, 80) }),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      async (entries, style, crlf, chunk) => {
        const yaml = dump({ apiVersion: 'v1', entries, generated: 'now' }, { ...style, schema: CORE_SCHEMA });
        const text = crlf && !yaml.includes('|') && !yaml.includes('>') ? yaml.replaceAll('\n', '\r\n') : yaml;
        const whole = parseWhole(text);
        const parts = cut(text, chunk);
        const index = await open(text);
        for (const chart of Object.keys(entries)) {
          if (parts?.[chart] !== undefined) expect(await parsePart(parts[chart], chart)).toEqual(whole.get(chart));
          expect(await index.versions(chart)).toEqual(whole.get(chart));
        }
        if (parts !== undefined) expect(Object.keys(parts).sort()).toEqual(Object.keys(entries).sort());
      },
    ),
    { numRuns: runs(300) },
  );
});

test('a chart of many versions is parsed in pieces, all of them', async () => {
  const versions = Array.from(
    { length: 5000 },
    (_, number) => `  - version: 1.0.${number}\n    urls:\n    - https://charts.example.com/a-1.0.${number}.tgz\n`,
  );
  const index = await open(`apiVersion: v1\nentries:\n  a:\n${versions.join('')}`);
  const read = await index.versions('a');
  expect(read).toHaveLength(5000);
  expect(read[4999].urls).toEqual(['https://charts.example.com/a-1.0.4999.tgz']);
});
