import fc from 'fast-check';
import { LineSplitter } from '../../src/kube/line-splitter';

test('however a stream is cut into chunks, the same lines come out', () => {
  const line = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200), { maxLength: 30 }), (lines, cuts) => {
      const stream = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
      const splitter = new LineSplitter();
      const found = edges.slice(1).flatMap((edge, at) => [...splitter.push(stream.subarray(edges[at], edge))]);
      expect(found.map(String)).toEqual(lines.map((text) => Buffer.from(text).toString()));
    }),
  );
});

test('a line is not given before its end has come', () => {
  const splitter = new LineSplitter();
  expect([...splitter.push(Buffer.from('{"a":'))]).toEqual([]);
  expect([...splitter.push(Buffer.from('1}\n\n'))].map(String)).toEqual(['{"a":1}']);
});
