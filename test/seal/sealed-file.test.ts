import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { FairleadError } from '../../src/common/errors';
import { labelFor, SCOPES } from '../../src/seal/scope';
import { editSealedFile, isSecretKey, parseSealedFile, printSealedFile, type SealedFile } from '../../src/seal/sealed-file';
import { openValue, parseSealedValue, sealValue } from '../../src/seal/sealed-value';
import { runs } from '../support/runs';
import { privateKey, publicKey } from './vectors';

const SEALED_WITH = 'fairlead.dev/sealed-with';
const seal = (text: string) => sealValue(Buffer.from(text), publicKey, Buffer.from('team-a/db'));
const [one, two, three] = [seal('1'), seal('2'), seal('3')] as [string, string, string];

const file: SealedFile = {
  namespace: 'team-a',
  name: 'db',
  scope: 'strict',
  encryptedData: { user: one, password: two },
  sealedWith: new Map([['password', 'SHA256:newest']]),
  template: { type: 'Opaque', metadata: { labels: { app: 'db' } }, data: { 'url.txt': '{{ .user }}:{{ .password }}@db\n' }, immutable: false },
  annotations: { note: 'a: b' },
  labels: {},
};

/** As kubeseal v0.36.6 prints it, and then as people write in it. */
const COMMENTED = `---
# who asks for this
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  creationTimestamp: null
  name: db
  namespace: team-a # not prod
spec:
  encryptedData:
    # rotated in May
    password: ${one} # by hand
    # the reader
    user: ${two}
  template:
    metadata:
      creationTimestamp: null
      name: db
      namespace: team-a
    type: Opaque
`;

const refusal = (text: string) => {
  try {
    parseSealedFile(text, 'secrets/dev/a/db.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(FairleadError);
    expect((error as Error).cause).toBeUndefined();
    return (error as Error).message;
  }
  return undefined;
};

test('a sealed file is sorted and readable, and has a line a value', () => {
  expect(printSealedFile(file).replaceAll(one, '<one>').replaceAll(two, '<two>')).toBe(`apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  annotations:
    fairlead.dev/sealed-with: |
      password SHA256:newest ${digestIn(printSealedFile(file))}
    note: "a: b"
  name: db
  namespace: team-a
spec:
  encryptedData:
    password: <two>
    user: <one>
  template:
    data:
      url.txt: |
        {{ .user }}:{{ .password }}@db
    immutable: false
    metadata:
      labels:
        app: db
    type: Opaque
`);
});

const texts = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9./-]{0,12}$/).filter((key) => !key.startsWith('sealedsecrets.') && key !== SEALED_WITH),
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('yes', 'y', 'null', '1', '0o7', '1:30', '2020-01-01', '', '# x', 'a\n\nb\n', ' a', '\t', '~'),
  ),
  { maxKeys: 4 },
);
const files: fc.Arbitrary<SealedFile> = fc
  .record({
    namespace: fc.constantFrom('a', 'y', '1', '0x1f', 'null'),
    name: fc.constantFrom('b', 'on', '2020-01-01', '1e3'),
    scope: fc.constantFrom(...SCOPES),
    values: fc.dictionary(
      fc.stringMatching(/^[-._A-Za-z0-9]{1,10}$/).filter(isSecretKey),
      fc.tuple(fc.constantFrom(one, two, three, 'AA==', '1234', ''), fc.boolean()),
      { maxKeys: 5 },
    ),
    template: fc.record(
      {
        type: fc.constantFrom('Opaque', 'kubernetes.io/tls'),
        immutable: fc.boolean(),
        data: texts,
        metadata: fc.record({ labels: texts, annotations: texts }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    annotations: texts,
    labels: texts,
  })
  .map(({ values, ...rest }) => ({
    ...rest,
    encryptedData: Object.fromEntries(Object.entries(values).map(([key, [value]]) => [key, value])),
    sealedWith: new Map(Object.entries(values).flatMap(([key, [, known]]) => (known ? [[key, `SHA256:${key}`] as const] : []))),
  }));

test('what is printed is read, by readers of YAML 1.1 too, and printed the same', () => {
  fc.assert(
    fc.property(files, (any) => {
      const text = printSealedFile(any);
      expect(parseSealedFile(text, 'f')).toEqual(any);
      expect(printSealedFile(parseSealedFile(text, 'f'))).toBe(text);
      expect(load(text)).toEqual(parse(text));
      expect(parseSealedFile(JSON.stringify(parse(text)), 'f')).toEqual(any);
    }),
    { numRuns: runs(300) },
  );
});

test('the order in which things were said changes nothing', () => {
  const { user, password } = file.encryptedData;
  expect(
    printSealedFile({
      ...file,
      encryptedData: { password: password!, user: user! },
      template: Object.fromEntries(Object.entries(file.template).reverse()),
    }),
  ).toBe(printSealedFile(file));
});

describe('editing', () => {
  const set = new Map([['user', { sealed: three, fingerprint: 'SHA256:newest' }]]);

  test('changes a value and the record of it, and no other line', () => {
    const edited = editSealedFile(COMMENTED, { set });
    const recorded = `  annotations:\n    ${SEALED_WITH}: |\n      user SHA256:newest ${digestIn(edited)}\n`;
    expect(edited).toBe(COMMENTED.replace(two, three).replace('metadata:\n  creation', `metadata:\n${recorded}  creation`));
    expect(parseSealedFile(edited, 'f').sealedWith).toEqual(new Map([['user', 'SHA256:newest']]));
  });

  test('adds, replaces and removes in one go, and says nothing of what it does not know', () => {
    const edited = editSealedFile(editSealedFile(COMMENTED, { set }), {
      set: new Map([['api', { sealed: one, fingerprint: 'SHA256:other' }]]),
      remove: ['user', 'nothing'],
    });
    const { encryptedData, sealedWith } = parseSealedFile(edited, 'f');
    expect([encryptedData, sealedWith]).toEqual([{ api: one, password: one }, new Map([['api', 'SHA256:other']])]);
    expect(edited.match(/#.*/g)).toEqual(COMMENTED.match(/#.*/g));
  });

  test('forgets the record of a value that somebody else has changed since', () => {
    const changed = editSealedFile(COMMENTED, { set }).replace(three, one);
    const edited = editSealedFile(changed, { set: new Map([['password', { sealed: two, fingerprint: 'SHA256:x' }]]) });
    expect(parseSealedFile(edited, 'f').sealedWith).toEqual(new Map([['password', 'SHA256:x']]));
    expect(edited).not.toContain('user SHA256');
  });

  test('of nothing changes nothing', () => {
    for (const text of [COMMENTED, printSealedFile(file), JSON.stringify(parse(COMMENTED)), COMMENTED.replaceAll('\n', '\r\n')]) {
      expect(editSealedFile(text, {})).toBe(text);
      expect(editSealedFile(text, { remove: ['nothing'] })).toBe(text);
    }
  });

  test.each([0, 2])('keeps JSON JSON, indented by %d', (indent) => {
    const { metadata, ...rest } = parse(COMMENTED);
    const text = `${JSON.stringify({ ...rest, metadata }, null, indent)}\n`;
    const edited = editSealedFile(text, { set, remove: ['password'] });
    const { encryptedData: _, ...spec } = rest.spec;
    const annotations = { [SEALED_WITH]: `user SHA256:newest ${digestIn(edited)}\n` };
    expect(edited).toBe(
      `${JSON.stringify({ ...rest, spec: { encryptedData: { user: three }, ...spec }, metadata: { annotations, ...metadata } }, null, indent)}\n`,
    );
  });

  test('names only what it was told to, in whatever the file says, and twice is once', () => {
    const sealed = fc.constantFrom(one, two, three);
    const edits = fc.dictionary(fc.stringMatching(/^[-._A-Za-z0-9]{1,10}$/).filter(isSecretKey), fc.option(sealed, { nil: undefined }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(files, edits, fc.boolean(), (any, changes, asJson) => {
        const text = asJson ? JSON.stringify(parse(printSealedFile(any)), null, 2) : printSealedFile(any);
        const edit = {
          set: new Map(
            Object.entries(changes).flatMap(([key, value]) =>
              value === undefined ? [] : [[key, { sealed: value, fingerprint: 'SHA256:new' }] as const],
            ),
          ),
          remove: Object.entries(changes).flatMap(([key, value]) => (value === undefined ? [key] : [])),
        };
        const edited = editSealedFile(text, edit);
        const untouched = ([key]: readonly [string, unknown]) => !Object.hasOwn(changes, key);
        const values = new Map(Object.entries(any.encryptedData).filter(untouched));
        const sealedWith = new Map([...any.sealedWith].filter(untouched));
        for (const [key, { sealed: value, fingerprint }] of edit.set) {
          values.set(key, value);
          sealedWith.set(key, fingerprint);
        }
        expect(parseSealedFile(edited, 'f')).toEqual({ ...any, encryptedData: Object.fromEntries(values), sealedWith });
        expect(editSealedFile(edited, edit)).toBe(edited);
        if (asJson) expect(() => JSON.parse(edited)).not.toThrow();
      }),
      { numRuns: runs(150) },
    );
  });

  test('refuses a key that no Secret can have, and a file that shares its values', () => {
    expect(() => editSealedFile(COMMENTED, { set: new Map([['a b', { sealed: one, fingerprint: 'x' }]]) }, 'db.yaml')).toThrow(
      'FL8010: db.yaml, line 9: "a b" is no key of a Secret',
    );
    const shared = COMMENTED.replace(`password: ${one}`, 'password: &same AAAA').replace(`user: ${two}`, 'user: *same');
    expect(() => editSealedFile(shared, { set: new Map([['password', { sealed: one, fingerprint: 'x' }]]) })).toThrow(
      /^FL8010: the sealed file, line 12: spec\.encryptedData\.password is written in a way that cannot be edited alone/,
    );
  });
});

test('a value past what any Secret can hold is written, read and edited', () => {
  const label = labelFor('strict', 'team-a', 'db');
  const value = randomBytes(3_000_000);
  const large = printSealedFile({ ...file, encryptedData: { large: sealValue(value, publicKey, label), small: one } });
  const edited = editSealedFile(large, { set: new Map([['small', { sealed: two, fingerprint: 'SHA256:x' }]]) });
  const { encryptedData } = parseSealedFile(edited, 'f');
  expect(encryptedData.small).toBe(two);
  const swapped = editSealedFile(edited, { set: new Map([['small', { sealed: encryptedData.large!, fingerprint: 'SHA256:x' }]]) });
  expect(parseSealedFile(swapped, 'f').encryptedData.small).toBe(encryptedData.large);
  expect(openValue(parseSealedValue(encryptedData.large!)!, privateKey, label)?.equals(value)).toBe(true);
});

test("the two scopes' annotations and kubeseal's empty fields are understood", () => {
  const wide = COMMENTED.replace('  name: db\n', '  annotations:\n    sealedsecrets.bitnami.com/namespace-wide: "true"\n  name: db\n');
  expect(parseSealedFile(wide, 'f')).toMatchObject({ scope: 'namespace-wide', annotations: {}, namespace: 'team-a', name: 'db' });
  const anywhere =
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: x, annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}}\nspec: {encryptedData: null, template: null}\n';
  expect(parseSealedFile(anywhere, 'f')).toEqual({
    namespace: '',
    name: 'x',
    scope: 'cluster-wide',
    encryptedData: {},
    sealedWith: new Map(),
    template: {},
    annotations: {},
    labels: {},
  });
  expect(parseSealedFile(`\uFEFF${COMMENTED}---\n`, 'f').name).toBe('db');
});

describe('what is no sealed file is refused with its line', () => {
  const at = (line: number, reason: string) => `FL8010: secrets/dev/a/db.yaml, line ${line}: ${reason}`;
  const wrong: Readonly<Record<string, readonly [string, string]>> = {
    empty: ['', at(1, 'it is empty')],
    'comments alone': ['# soon\n---\n', at(1, 'it is empty')],
    text: ['s3cr3t', at(1, 'it is no object')],
    'a list': ['- a', at(1, 'it is no object')],
    'two documents': [`${COMMENTED}---\n${COMMENTED}`, at(22, 'a second document begins there, and a sealed file has one')],
    'a Secret': ['apiVersion: v1\nkind: Secret\nstringData:\n  a: s3cr3t', at(1, 'it is no SealedSecret of bitnami.com/v1alpha1')],
    'another kind': [COMMENTED.replace('kind: SealedSecret', 'kind: Sealed'), at(4, 'it is no SealedSecret of bitnami.com/v1alpha1')],
    'no metadata': ['apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n', at(1, 'metadata.name is missing')],
    'no name': [COMMENTED.replace('  name: db\n', ''), at(5, 'metadata.name is missing')],
    'no namespace': [
      COMMENTED.replace('  namespace: team-a # not prod\n', ''),
      at(5, 'metadata.namespace is missing, and strict values are bound to it'),
    ],
    'a number for a name': [COMMENTED.replace('  name: db\n', '  name: 3\n'), at(7, 'metadata.name is no text')],
    'the deprecated form': [
      COMMENTED.replace('spec:\n', 'spec:\n  data: AgAA\n'),
      at(10, 'spec.data is the deprecated form, one value for all keys'),
    ],
    'values that are no map': [
      COMMENTED.replace(/encryptedData:[\s\S]*?template/, 'encryptedData: [s3cr3t]\n  template'),
      at(10, 'spec.encryptedData is no map'),
    ],
    'a value that is no text': [COMMENTED.replace(two, '3'), at(14, 'a value of spec.encryptedData is no text')],
    'a value that is a map': [COMMENTED.replace(two, '{a: s3cr3t}'), at(14, 'a value of spec.encryptedData is no text')],
    'a key that no Secret can have': [
      COMMENTED.replace('user:', 'us er:'),
      at(14, 'a key of spec.encryptedData is no key of a Secret: letters, digits, - _ . alone'),
    ],
    'a key twice': [COMMENTED.replace('user:', 'password:'), at(14, 'it is no YAML: duplicate key')],
    'a key that is a number': [COMMENTED.replace('user:', '0x10:'), at(14, 'a key is no text')],
    'a key that is a map': [COMMENTED.replace('user:', '? {a: b}\n    :'), at(14, 'a key is no text')],
    'a scope that is no text': [
      COMMENTED.replace('  name: db\n', '  annotations: {sealedsecrets.bitnami.com/cluster-wide: true}\n  name: db\n'),
      at(7, 'a value of metadata.annotations is no text'),
    ],
    'a template of another shape': [COMMENTED.replace('    type: Opaque', '    data: {a: 1}'), at(20, 'a value of spec.template.data is no text')],
    'a type that is no text': [COMMENTED.replace('type: Opaque', 'type: 1'), at(20, 'spec.template.type is no text')],
    'an immutable that is neither': [COMMENTED.replace('type: Opaque', 'immutable: "yes"'), at(20, 'it is neither true nor false')],
    'quotes that do not end': ['a: b\nc: "s3cr3t\n', at(2, 'it is no YAML: missing char')],
    'an alias of nothing': ['a: *s3cr3t\n', at(1, 'its aliases cannot be resolved')],
    'aliases without end': [
      `a: &a [s3cr3t]\n${'bcdefghij'.replace(/./g, (key) => `${key}: &${key} [${`*${String.fromCharCode(key.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      at(1, 'its aliases cannot be resolved'),
    ],
    'lists in lists': ['['.repeat(100_000), at(1, 'it is nested too deep')],
    'maps in maps': ['{a: '.repeat(20_000), at(1, 'it is nested too deep')],
    'blocks in blocks': ['- '.repeat(20_000), at(1, 'it is nested too deep')],
    'keys in keys': ['? '.repeat(20_000), at(1, 'it is nested too deep')],
    'a binary': ['\u0000\u0001\u0002', at(1, 'it is no object')],
  };

  test.each(Object.entries(wrong))('%s', (_name, [text, message]) => {
    expect(refusal(text)).toBe(message);
    expect(() => editSealedFile(text, { remove: ['a'] }, 'secrets/dev/a/db.yaml')).toThrow(message);
  });
});

test('junk in a file never breaks the reader, and its line is one of the file', () => {
  const junk = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('\n', ': ', '- ', '? ', '&a ', '*a ', '{', '[', '"', "'", '|\n', '\t', '---\n', '...\n', '%YAML 9\n', '!!binary ', '<<: ', '#'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(COMMENTED, printSealedFile(file), JSON.stringify(parse(COMMENTED), null, 1)),
      fc.array(fc.tuple(fc.nat(), fc.nat(30), junk), { minLength: 1, maxLength: 4 }),
      (text, cuts) => {
        const broken = cuts.reduce(
          (whole, [from, length, insert]) => whole.slice(0, from % whole.length) + insert + whole.slice((from % whole.length) + length),
          text,
        );
        const message = refusal(broken);
        if (message === undefined) return;
        const line = Number(/^FL8010: secrets\/dev\/a\/db\.yaml, line (\d+): /.exec(message)![1]);
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(broken.split(/\r\n|\n|\r/).length);
      },
    ),
    { numRuns: runs(500) },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => expect(refusal(text)).toMatch(/^FL8010: /)));
});

test('a key of a Secret is what the API server takes for one', () => {
  expect(['a', 'tls.crt', '.dockerconfigjson', 'A_b-c.1', '-', 'x'.repeat(253), '__proto__'].map(isSecretKey)).toEqual(Array(7).fill(true));
  expect(['', '.', '..', '..a', 'a b', 'a/b', '\u00e9', 'x'.repeat(254), 'a\n'].map(isSecretKey)).toEqual(Array(9).fill(false));
});

function digestIn(text: string): string {
  return / SHA256:newest ([0-9a-f]{8})/.exec(text)![1]!;
}
