import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import fc from 'fast-check';
import type { Marker } from '../../src/model/marker';
import { setPlacement } from '../../src/synth/placement';
import { renderApp } from '../../src/synth/render-app';
import { hasToken, keepingTokens, mint, resolveText, resolveTokens, TokenResolver } from '../../src/synth/tokens';
import { Marked } from '../../src/synth/yaml';
import { json, objects, texts } from './values';

const of = (value: string, marker?: Marker) => mint({ resolve: () => value, marker });
const tagMarker: Marker = { policy: 'ns:app', part: 'tag' };

test('tokens are replaced wherever they stand', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          texts(),
          texts().map((value) => ({ value })),
        ),
        { maxLength: 6 },
      ),
      (parts) => {
        const written = parts.map((part) => (typeof part === 'string' ? part : of(part.value))).join('');
        expect(resolveText(written)).toBe(parts.map((part) => (typeof part === 'string' ? part : part.value)).join(''));
      },
    ),
  );
});

test('JSON without tokens is left as it is', () => {
  fc.assert(fc.property(objects(), (value) => expect(json(resolveTokens(value))).toEqual(value)));
});

test('a value and a key resolve, and keys are sorted again', () => {
  const resolved = resolveTokens({ b: 1, [of('a')]: of('x'), c: [`${of('x')}-${of('y')}`] });
  expect(JSON.stringify(resolved)).toBe('{"a":"x","b":1,"c":["x-y"]}');
});

test('a token may resolve to another', () => {
  expect(resolveText(mint({ resolve: () => `v${of('1')}` }))).toBe('v1');
});

test('a marked token is marked only where it is the whole scalar', () => {
  const token = of('1.2.3', tagMarker);
  expect(resolveTokens({ whole: token, part: `image:${token}` })).toEqual({
    whole: new Marked('1.2.3', '{"$imagepolicy": "ns:app:tag"}'),
    part: 'image:1.2.3',
  });
});

test('what is left of a token is found', () => {
  const token = of('value');
  const ruined = (text: string) => expect(() => resolveTokens({ spec: { field: text } })).toThrow('/spec/field');
  for (let length = 11; length < token.length; length++) {
    ruined(token.slice(0, length));
    ruined(token.slice(-length));
  }
  ruined(token.toUpperCase());
  for (const before of ['', 'x', 'xx', 'xxx']) ruined(Buffer.from(`${before}${token} after`).toString('base64'));
  ruined(token.replace(/\d+(?=-)/, '999999'));
  expect(() => resolveTokens({ [token.slice(3)]: 1 })).toThrow();
  expect(() => resolveTokens({ [of('same')]: 1, same: 2 })).toThrow('two keys become one');
});

test('ordinary text is not taken for a token', () => {
  fc.assert(fc.property(texts(), (text) => expect(hasToken(text)).toBe(false)));
});

test('tokens survive cdk8s: labels, patches and keys', () => {
  const app = Testing.app({ resolvers: [new TokenResolver()] });
  const chart = new Chart(app, 'layer', { namespace: 'ns' });
  setPlacement(chart, { cluster: 'gke', layer: 'dev' });
  const [tag, host] = [of('1.10', tagMarker), of('example.com')];
  const object = new ApiObject(chart, 'object', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels: { version: tag }, annotations: { [`${host}/owner`]: 'me' } },
    data: { old: tag },
  });
  object.addJsonPatch(JsonPatch.move('/data/old', '/data/new'), JsonPatch.add(`/data/${host}`, `https://${host}/`));

  expect(renderApp(app).files[0].text).toBe(
    `apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    example.com/owner: me
  labels:
    version: "1.10" # {"$imagepolicy": "ns:app:tag"}
  name: a
  namespace: ns
data:
  example.com: https://example.com/
  new: "1.10" # {"$imagepolicy": "ns:app:tag"}
`,
  );
  expect(Testing.synth(chart)[0]).toMatchObject({
    metadata: { labels: { version: '1.10' }, annotations: { 'example.com/owner': 'me' } },
    data: { new: '1.10' },
  });
  expect(app.synthYaml()).toContain('new: "1.10"');
  expect(keepingTokens(() => object.toJson().metadata.labels.version)).toBe(tag);
});

test('a program with a copy of the package of its own keeps its tokens for the command line that writes', () => {
  let own!: typeof import('../../src/synth/tokens');
  jest.isolateModules(() => {
    own = require('../../src/synth/tokens');
  });
  const replaceValue = jest.fn();
  const resolver = new own.TokenResolver();
  const context = { value: own.mint({ resolve: () => '6.7.1', marker: tagMarker }), replaceValue } as unknown as Parameters<
    typeof resolver.resolve
  >[0];
  keepingTokens(() => resolver.resolve(context));
  expect(replaceValue).not.toHaveBeenCalled();
  resolver.resolve(context);
  expect(replaceValue).toHaveBeenCalledWith('6.7.1');
});
