import fc from 'fast-check';
import { encodeFrame, type Frame, FrameReader } from '../../src/render/frame';

const segment = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes));
const frame: fc.Arbitrary<Frame> = fc.record({
  header: fc.record({ id: fc.nat(), op: fc.string({ unit: 'binary' }), args: fc.jsonValue({ depthSize: 'small' }) }),
  segments: fc.array(segment, { maxLength: 3 }),
});

test('frames come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (frames, cuts) => {
      const wire = Buffer.concat(frames.map(({ header, segments }) => encodeFrame(header, segments)));
      const reader = new FrameReader();
      const read: Frame[] = [];
      for (let at = 0, i = 0; at < wire.length; i++) {
        const end = at + cuts[i % cuts.length];
        read.push(...reader.push(wire.subarray(at, end)));
        at = end;
      }
      const plain = (all: readonly Frame[]) => JSON.parse(JSON.stringify(all));
      expect(plain(read)).toEqual(plain(frames));
    }),
  );
});

test.each([
  ['a length of nothing', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])],
  ['a length beyond all bounds', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])],
  ['a header longer than its frame', Buffer.from([0, 0, 0, 6, 0, 0, 0, 9, 123, 125])],
  ['segments that do not add up', Buffer.concat([Buffer.from([0, 0, 0, 17, 0, 0, 0, 13]), Buffer.from('{"sizes":[1]}')])],
])('%s is refused', (_, wire) => {
  expect(() => new FrameReader().push(wire)).toThrow();
});
