import { LiveStanding, reasonToStepBack, type StandingFacts } from '../../../../src/agent/secrets/standing/standing';

const fine: StandingFacts = { leads: true, kindIsKnown: true, keysAreLoaded: true, others: [] };

test.each<[string, Partial<StandingFacts>, string | undefined]>([
  ['nothing speaks against it', {}, undefined],
  ['no lease', { leads: false }, 'this agent does not hold its leases'],
  ['no such kind', { kindIsKnown: false }, 'the cluster does not know SealedSecrets yet: install their CustomResourceDefinition'],
  ['others not seen yet', { others: undefined }, 'whether another controller of SealedSecrets is at work is not known yet'],
  ['another', { others: ['Deployment/kube-system/a'] }, 'another controller of SealedSecrets is at work: Deployment/kube-system/a'],
  ['keys not read', { keysAreLoaded: false }, 'the sealing keys are not read yet'],
])('the agent stands back for a reason alone: %s', (_, facts, reason) => {
  expect(reasonToStepBack({ ...fine, ...facts })).toBe(reason);
});

test('a change is told once, and logged where it does not pass by itself', () => {
  const lines: unknown[] = [];
  const say = (...line: unknown[]) => void lines.push(line);
  const log = { info: say, warn: say, error: say };
  let facts = fine;
  const standing = new LiveStanding(() => facts, log);
  const told: boolean[] = [];
  standing.subscribe(() => told.push(standing.isActive));
  for (const passing of [{ leads: false }, { others: undefined }]) {
    facts = { ...fine, ...passing };
    standing.update();
  }
  facts = { ...fine, others: ['Deployment/a/b'] };
  standing.update();
  standing.update();
  facts = fine;
  standing.update();
  standing.update();
  expect(told).toEqual([false, false, false, true]);
  expect(lines).toEqual([
    ['SealedSecrets are left alone', { reason: 'another controller of SealedSecrets is at work: Deployment/a/b' }],
    ['SealedSecrets are unsealed by this agent'],
  ]);
});
