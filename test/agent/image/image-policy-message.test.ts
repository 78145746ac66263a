import { choiceMessage, problemWords, steadyMessage } from '../../../src/agent/image/image-policy-message';

const name = 'docker.io/stefanprodan/podinfo';
const why = 'dev-b was built last, of 2 among 40 tags';

test('says what was chosen in words of Flux, then why', () => {
  expect(choiceMessage({ latest: { name, tag: 'dev-b' }, previousGone: false, why })).toBe(
    `Latest image tag for ${name} resolved to dev-b: dev-b was built last, of 2 among 40 tags`,
  );
});

test('names digest, what was chosen before and when the image was built', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const created = new Date('2026-11-21T10:00:00.500Z');
  expect(choiceMessage({ latest: { name, tag: 'dev-b', digest }, previous: { name, tag: 'dev-a' }, previousGone: true, why, created })).toBe(
    `Latest image tag for ${name} resolved to dev-b with digest ${digest} (previously ${name}:dev-a, which is gone): ${why}; built 2026-11-21T10:00:00Z`,
  );
});

test('a new tag that does not match leaves the message, one that matches does not', () => {
  const standing = 'resolved to a: a was built last, of 2 among 40 tags';
  expect(steadyMessage(standing, 'resolved to a: a was built last, of 2 among 41 tags')).toBe(standing);
  expect(steadyMessage(standing, 'resolved to a: a was built last, of 3 among 41 tags')).toBe('resolved to a: a was built last, of 3 among 41 tags');
  expect(steadyMessage(undefined, 'a')).toBe('a');
});

test('a rule that cannot be used comes with what to write instead', () => {
  expect(problemWords({ problem: 'no lookahead', instead: { filter: { glob: 'dev-*' }, exclude: [{ glob: '*tmp*' }] } })).toBe(
    'no lookahead; write instead: begins with dev-, exclude what contains tmp',
  );
  expect(problemWords({ problem: 'no order' })).toBe('no order');
});
