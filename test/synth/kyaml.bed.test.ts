import { join } from 'node:path';
import fc from 'fast-check';
import { looksIndented } from '../../src/synth/sequence-style';
import { Marked, type Printable, printYaml } from '../../src/synth/yaml';
import { useGoProgram } from '../support/go-program';
import { keys, NASTY, objects, texts } from './values';

interface Read {
  readonly rewritten: string;
  readonly json: string;
}

const ask = useGoProgram<readonly string[], Read[]>(join(__dirname, 'kyaml'));

const marker = '{"$imagepolicy": "flux-system:podinfo:tag"}';
// Keys that Go's emitter takes for simple ones: where others come before the first sequence, kyaml misreads how sequences are indented.
const simpleKeys = keys().filter((key) => Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key));

test('kyaml leaves what is printed alone, markers too', () => {
  const marked = fc.tuple(objects(simpleKeys), texts()).map(
    ([object, text]): Printable => ({
      ...object,
      spec: { tag: new Marked(text, marker), images: [new Marked(text, marker), { tag: new Marked(text, marker) }] },
    }),
  );
  const list = 'list:\n  - item\n';
  const fooling: Printable = { data: { list, [list.slice(0, 4)]: list }, spec: { items: ['a', { b: ['c'] }], tag: new Marked('1', marker) } };
  // One text in some ten thousand looks indented to kyaml while it is not, and not indented once it is: nothing that is printed would be left alone.
  const hasStyle = (text: string) => looksIndented(text) === /\n {2}images:\n {4}- /.test(text);
  const sampled = fc.sample(marked, 500).map(printYaml).filter(hasStyle);
  expect(sampled.length).toBeGreaterThan(495);
  const all = [fooling, ...NASTY.map((text): Printable => ({ a: text, items: [text, [text], { a: text }] }))].map(printYaml).concat(sampled);
  for (const [index, { rewritten }] of ask(all).entries()) expect(rewritten).toBe(all[index]);
});

test('Kubernetes reads back every value', () => {
  const values: Printable[] = [Object.fromEntries(NASTY.map((text) => [text, [text]])), ...fc.sample(objects(), 500)];
  for (const [index, { json }] of ask(values.map(printYaml)).entries()) expect(JSON.parse(json)).toEqual(values[index]);
});
