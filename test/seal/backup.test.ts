import fc from 'fast-check';
import { FairleadError } from '../../src/common/errors';
import { decryptBackup, encryptBackup, isBackup } from '../../src/seal/backup';
import { printKeyList } from '../../src/seal/key-secret';
import { useGoProgram } from '../support/go-program';
import { UPSTREAM, vectors } from './vectors';

interface Passphrased {
  readonly text: string;
  readonly passphrase: string;
  readonly logN?: number;
}

interface Question {
  readonly encrypt?: readonly Passphrased[];
  readonly decrypt?: readonly Passphrased[];
  readonly recipients?: number;
}

interface Answer {
  readonly encrypted: readonly string[];
  readonly decrypted: readonly { readonly text: string; readonly error?: string }[];
  readonly addressed: readonly string[];
}

const age = useGoProgram<Question, Answer>(UPSTREAM);

/** Work that takes no time. */
const LOG_N = 4;
const CHUNK = 64 * 1024;
const passphrase = 'correct horse \u00fc battery';
const texts = [
  '',
  'a',
  vectors.KeyPem,
  'x'.repeat(CHUNK - 1),
  'x'.repeat(CHUNK),
  'x'.repeat(CHUNK + 1),
  '\u00fc'.repeat(CHUNK),
  'x'.repeat(5 * CHUNK + 7),
];

const refusal = async (text: string, given = passphrase) => {
  const error = await decryptBackup(text, given).catch((one: unknown) => one);
  if (!(error instanceof FairleadError)) return error;
  return error.message;
};

test('what is encrypted here is decrypted by age, and what age encrypts is decrypted here', async () => {
  const ours = await Promise.all(texts.map((text) => encryptBackup(text, passphrase, LOG_N)));
  const { encrypted, decrypted } = age({
    decrypt: ours.map((text) => ({ text, passphrase })),
    encrypt: texts.map((text) => ({ text, passphrase, logN: LOG_N })),
  });
  expect(decrypted).toEqual(texts.map((text) => ({ text })));
  expect(await Promise.all(encrypted.map((text) => decryptBackup(text, passphrase)))).toEqual(texts);
});

test('guessing takes the work that age takes by default, and age accepts it', async () => {
  const backup = await encryptBackup('text', passphrase);
  const [, line] = Buffer.from(backup.split('\n').slice(1, -2).join(''), 'base64').toString('latin1').split('\n');
  expect(line).toMatch(/^-> scrypt [A-Za-z0-9+/]{22} 18$/);
  expect(
    age({
      decrypt: [
        { text: backup, passphrase },
        { text: backup, passphrase: 'other' },
      ],
    }).decrypted,
  ).toEqual([{ text: 'text' }, { text: '', error: expect.stringMatching(/no identity matched/) }]);
});

test('any text and passphrase comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ unit: 'grapheme', minLength: 1 }), async (text, secret) => {
      expect(await decryptBackup(await encryptBackup(text, secret, LOG_N), secret)).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test('no two backups of a text are the same, and none has any of it', async () => {
  const list = printKeyList([]);
  const [one, two] = await Promise.all([encryptBackup(list, passphrase, LOG_N), encryptBackup(list, passphrase, LOG_N)]);
  expect(one).not.toBe(two);
  expect(Buffer.from(one!.split('\n').slice(1, -2).join(''), 'base64').includes('List')).toBe(false);
});

test('another passphrase is said to be wrong, and an empty one protects nothing', async () => {
  const backup = await encryptBackup('text', passphrase, LOG_N);
  expect(await refusal(backup, 'other')).toBe('FL8021: the passphrase does not open the backup');
  expect(await refusal(backup, '')).toBe('FL8021: the passphrase does not open the backup');
  expect(await refusal(backup, `${passphrase}\n`)).toBe('FL8021: the passphrase does not open the backup');
  await expect(encryptBackup('text', '')).rejects.toThrow('an empty passphrase protects nothing');
});

test('line ends of another system and space around it change nothing, as with age', async () => {
  const backup = await encryptBackup('text', passphrase, LOG_N);
  const forms = [backup.replaceAll('\n', '\r\n'), `\n \n${backup}\n\n`, backup.trimEnd()];
  expect(await Promise.all(forms.map((text) => decryptBackup(text, passphrase)))).toEqual(['text', 'text', 'text']);
  expect(age({ decrypt: forms.map((text) => ({ text, passphrase })) }).decrypted).toEqual(Array(3).fill({ text: 'text' }));
  expect(forms.map(isBackup)).toEqual([true, true, true]);
  expect([vectors.KeyPem, '', 'kind: List'].map(isBackup)).toEqual([false, false, false]);
});

test('a backup cut off anywhere is refused', async () => {
  const backup = (await encryptBackup('text '.repeat(30), passphrase, LOG_N)).trimEnd();
  const bytes = Buffer.from(backup.split('\n').slice(1, -1).join(''), 'base64');
  for (let length = 0; length < bytes.length; length += 3) {
    expect(await refusal(armored(bytes.subarray(0, length)))).toMatch(/^FL8020: the backup cannot be read: /);
  }
  for (let length = 0; length < backup.length; length += 7) expect(await refusal(backup.slice(0, length))).toMatch(/^FL8020/);
});

test('chunks of a backup can be neither left out nor put in another order', async () => {
  const bytes = Buffer.from((await encryptBackup('x'.repeat(3 * CHUNK), passphrase, LOG_N)).trim().split('\n').slice(1, -1).join(''), 'base64');
  const size = CHUNK + 16;
  const head = bytes.subarray(0, bytes.length - 3 * size);
  const [a, b, c] = [0, 1, 2].map((index) => bytes.subarray(head.length + index * size, head.length + (index + 1) * size)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  expect(await refusal(armored(Buffer.concat([head, a, b, c])))).toBe('x'.repeat(3 * CHUNK));
  const orders = [[a, b], [a, c], [b, a, c], [a, b, c, c], [a, b, c, Buffer.alloc(16)], [c], []];
  for (const order of orders)
    expect(await refusal(armored(Buffer.concat([head, ...order])))).toBe('FL8020: the backup cannot be read: its content is cut off or altered');
});

test('a backup with any bit changed is refused, and age refuses it too', async () => {
  const backup = await encryptBackup('some text of keys', passphrase, LOG_N);
  const bytes = Buffer.from(backup.trim().split('\n').slice(1, -1).join(''), 'base64');
  const altered = Array.from(bytes.keys()).map((at) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1 << (at % 8);
    return armored(copy);
  });
  const said = await Promise.all(altered.map((text) => refusal(text)));
  expect(said.filter((one) => typeof one !== 'string' || !/^FL802[01]: /.test(one))).toEqual([]);
  expect(said.filter((one) => String(one).includes('some text'))).toEqual([]);
  expect(age({ decrypt: altered.map((text) => ({ text, passphrase })) }).decrypted.filter(({ error }) => error === undefined)).toEqual([]);
});

test('a file that would take all memory is refused before any is taken, as age does', async () => {
  const asked = (work: string) =>
    armored(Buffer.from(`age-encryption.org/v1\n-> scrypt ${'A'.repeat(22)} ${work}\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n`));
  expect(await refusal(asked('23'))).toBe(
    'FL8020: the backup cannot be read: it asks for 2^23 rounds of scrypt, and more than 2^22 are never needed',
  );
  expect(await refusal(asked('9999999999999999999'))).toMatch(/^FL8020: .* never needed$/);
  for (const work of ['0', '-1', '010', '1e1', '+4', '']) expect(await refusal(asked(work))).toMatch(/^FL8020: .*header is cut off or altered$/);
  const refused = age({ decrypt: ['23', '0', '010'].map((work) => ({ text: asked(work), passphrase })) }).decrypted;
  expect(refused.map(({ error }) => error)).toEqual([
    expect.stringMatching(/work factor too large/),
    expect.stringMatching(/work factor/),
    expect.stringMatching(/work factor/),
  ]);
});

test('what is no backup says what it is', async () => {
  const addressed = age({ recipients: 1 }).addressed[0]!;
  expect(await refusal(addressed)).toBe('FL8020: the backup cannot be read: it is encrypted for the holders of keys, and not with a passphrase');
  expect(await refusal(vectors.KeyPem)).toMatch(/does not begin with -----BEGIN AGE ENCRYPTED FILE-----$/);
  expect(await refusal(armored(Buffer.from('age-encryption.org/v2\n')))).toMatch(/no age file of version 1$/);
  expect(await refusal(armored(Buffer.alloc(0)))).toMatch(/no age file of version 1$/);
});

test('armor is read as strictly as age reads it', async () => {
  const backup = await encryptBackup('text '.repeat(20), passphrase, LOG_N);
  const lines = backup.trim().split('\n');
  const forms = [
    [lines[0], lines.slice(1, -1).join(''), lines.at(-1)],
    [lines[0], ...lines.slice(1, -1).flatMap((line) => [line, '']), lines.at(-1)],
    [...lines.slice(0, 2), '', ...lines.slice(2)],
    lines.map((line) => ` ${line}`),
    [...lines.slice(0, 2), lines[2]!.replace(/.$/, '*'), ...lines.slice(3)],
    [...lines.slice(0, -1), lines.at(-1)!.replace('AGE', 'FILE')],
    [...lines, 'more'],
  ].map((form) => form.join('\n'));
  const said = await Promise.all(forms.map((text) => refusal(text)));
  expect(said).toEqual(forms.map(() => expect.stringMatching(/^FL8020/)));
  expect(age({ decrypt: forms.map((text) => ({ text, passphrase })) }).decrypted.map(({ error }) => error !== undefined)).toEqual(
    forms.map(() => true),
  );
});

function armored(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN AGE ENCRYPTED FILE-----', ...lines, '-----END AGE ENCRYPTED FILE-----', ''].join('\n');
}
