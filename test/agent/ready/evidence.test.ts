import { type Evidence, isWorking, judge } from '../../../src/agent/ready/evidence';
import type { GitRepository } from '../../../src/agent/source/git-repository';

const read: Evidence = { isRead: true };
const refused: Evidence = { isRead: false, isAway: false, problem: 'refused' };
const away: Evidence = { isRead: false, isAway: true, problem: 'away' };

test.each<[string, readonly Evidence[], { isLed: boolean; triedMs: number }, string[]]>([
  ['there is nothing to read yet', [], { isLed: true, triedMs: 0 }, []],
  ['one of several can be read', [refused, read], { isLed: true, triedMs: 0 }, []],
  ['somebody reads what we may not', [refused], { isLed: true, triedMs: 0 }, ['refused']],
  ['nobody is at work, and still we may not', [refused], { isLed: false, triedMs: 600_000 }, ['refused']],
  ['the server is away for us, and another agent still works', [away], { isLed: true, triedMs: 1_000 }, ['away']],
  ['the server is away and nobody else works', [away], { isLed: false, triedMs: 0 }, []],
  ['the server has been away for long', [away], { isLed: true, triedMs: 120_000 }, []],
  ['one is away for long, another refuses us', [away, refused], { isLed: true, triedMs: 120_000 }, []],
])('%s', (_, found, context, problems) => expect(judge(found, context)).toEqual(problems));

test('only what somebody reads now is evidence', () => {
  const repository = (status: 'True' | 'False', artifact?: object, suspend = false) =>
    ({ spec: { suspend }, status: { artifact, conditions: [{ type: 'Ready', status, reason: '', message: '' }] } }) as unknown as GitRepository;
  expect([repository('True', {}), repository('False', {}), repository('True'), repository('True', {}, true)].map(isWorking)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
