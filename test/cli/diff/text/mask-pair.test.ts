import fc from 'fast-check';
import { maskPair } from '../../../../src/cli/diff/text/mask-pair';
import { SecretWords } from '../../../../src/cli/diff/text/secret-words';
import type { KubeObject } from '../../../../src/model/object';
import { configMap, object, secret } from '../preview';

const mask = (before: KubeObject | undefined, after: KubeObject | undefined, ...others: KubeObject[]) =>
  maskPair(before, after, new SecretWords([before, after, ...others].filter((one) => one !== undefined)));

const values = (password: string, rest: object = {}) =>
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'web', { spec: { values: { db: { password, ...rest } } } });

test('values of a Secret are masked, and which of them change is seen', () => {
  const [before, after] = mask(
    secret('s', { same: 'one-value', other: 'old-value', gone: 'gone-value' }),
    secret('s', { same: 'one-value', other: 'new-value' }),
  );
  expect(before).toMatchObject({ data: { same: '***', other: '*** (before)', gone: '***' } });
  expect(after).toMatchObject({ data: { same: '***', other: '*** (after)' } });
});

test('values that change places are seen to', () => {
  const [before] = mask(secret('s', { a: 'value-one', b: 'value-two' }), secret('s', { a: 'value-two', b: 'value-one' }));
  expect(before).toMatchObject({ data: { a: '*** (before)', b: '*** (before)' } });
});

test('a setting that is called after a secret is masked, one that names a Secret is not', () => {
  const [before, after] = mask(
    values('letmein', { existingSecret: 'db', user: 'web' }),
    values('opensesame', { existingSecret: 'db2', user: 'web' }),
  );
  expect(before).toMatchObject({ spec: { values: { db: { password: '*** (before)', existingSecret: 'db', user: 'web' } } } });
  expect(after).toMatchObject({ spec: { values: { db: { password: '*** (after)', existingSecret: 'db2' } } } });
});

test('environment variables are masked by their names', () => {
  const of = (value: string) =>
    object('v1', 'Pod', 'p', {
      spec: {
        containers: [
          {
            name: 'c',
            env: [
              { name: 'DB_PASSWORD', value },
              { name: 'MODE', value: 'plain' },
            ],
          },
        ],
      },
    });
  const [, after] = mask(of('one'), of('two'));
  expect(after).toMatchObject({ spec: { containers: [{ env: [{ value: '*** (after)' }, { value: 'plain' }] }] } });
});

test('tokens and keys are known by their form, wherever they are', () => {
  const [before] = mask(configMap('a', { note: `use ghp_${'a1B2'.repeat(9)}` }), undefined);
  expect(before).toMatchObject({ data: { note: '***' } });
});

test('what a Secret holds is masked elsewhere too, but not where it is the name of something', () => {
  const given = secret('s', { password: 'correct horse 9', user: 'podinfo' });
  const [, after] = mask(undefined, configMap('podinfo', { url: 'db?p=correct horse 9', app: 'podinfo' }), given);
  expect(after).toMatchObject({ data: { url: 'db?p=***', app: 'podinfo' } });
});

test('credentials in addresses are masked', () => {
  const [, after] = mask(undefined, configMap('a', { url: 'postgres://web:letmein@db/web' }));
  expect(after).toMatchObject({ data: { url: 'postgres://***@db/web' } });
});

test('sealed values are shortened', () => {
  const of = (value: string) => object('bitnami.com/v1alpha1', 'SealedSecret', 's', { spec: { encryptedData: { a: value } } });
  const [before, after] = mask(of(`AgBy${'x'.repeat(600)}`), of(`AgBy${'x'.repeat(12)}${'y'.repeat(588)}`));
  expect(before).toMatchObject({ spec: { encryptedData: { a: 'AgByxxxxxxxxxxxx… (604 characters) (before)' } } });
  expect(after).toMatchObject({ spec: { encryptedData: { a: 'AgByxxxxxxxxxxxx… (604 characters) (after)' } } });
});

test('an item that others are put before is not taken for changed', () => {
  const env = (...names: string[]) =>
    object('v1', 'Pod', 'p', { spec: { env: names.map((name) => ({ name: `${name}_TOKEN`, value: `value of ${name}` })) } });
  const [, after] = mask(env('B'), env('A', 'B'));
  expect(after).toMatchObject({ spec: { env: [{ value: '***' }, { value: '***' }] } });
});

test('switches that sound like secrets are shown', () => {
  const of = (token: boolean) => object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'web', { spec: { values: { automountToken: token } } });
  expect(mask(of(true), of(false))[1]).toMatchObject({ spec: { values: { automountToken: false } } });
});

const secretText = fc.string({ minLength: 6, maxLength: 40 }).filter((text) => text.trim().length >= 6 && !'*** (before)(after)'.includes(text));

test('no value of a Secret is in either side, and a change is always one', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), secretText),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), secretText),
      (one, other) => {
        const [before, after] = [secret('s', one), secret('s', other)];
        const masked = mask(before, after);
        const text = JSON.stringify(masked);
        for (const value of [...Object.values(one), ...Object.values(other)]) {
          expect(text).not.toContain(Buffer.from(value).toString('base64'));
        }
        const same =
          JSON.stringify(before.data) ===
            JSON.stringify(Object.fromEntries(Object.keys(one).map((key) => [key, (after.data as Record<string, string>)[key]]))) &&
          Object.keys(one).length === Object.keys(other).length;
        expect(JSON.stringify(masked[0]) === JSON.stringify({ ...masked[1] })).toBe(
          same || (Object.keys(one).length === 0 && Object.keys(other).length === 0),
        );
      },
    ),
  );
});
