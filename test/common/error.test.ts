import { define } from '../../src/common/error';
import { errors } from '../../src/common/errors';

const lost = define('FL0001', '{thing} is lost', 'look behind {place}');

test('an error says what, and what to do, with its particulars', () => {
  const cause = new Error('below');
  expect(lost({ thing: 'key', place: 1 }, cause)).toMatchObject({
    message: 'FL0001: key is lost',
    detail: 'key is lost',
    remedy: 'look behind 1',
    cause,
  });
});

test('a particular that is not given, or holds braces itself, stays as it is', () => {
  expect(lost({ thing: '{place}' })).toMatchObject({ detail: '{place} is lost', remedy: 'look behind {place}' });
});

test('an error is known by its definition', () => {
  const other = define('FL0002', '', '');
  expect([lost.is(lost()), other.is(lost()), lost.is(new Error('FL0001: x')), lost.is(undefined)]).toEqual([true, false, false, false]);
});

test('the table is in the order of its codes, each of which is there once', () => {
  const codes = Object.values(errors).map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort());
});
