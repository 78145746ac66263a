import { Progress } from '../../../src/agent/image/image-policy-progress';
import type { ImagePolicy } from '../../../src/agent/image/types';
import { fakeContext } from '../source/fake-runtime';

const policy = (conditions: NonNullable<ImagePolicy['status']>['conditions']): ImagePolicy => ({
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImagePolicy',
  metadata: { name: 'app', namespace: 'flux-system' },
  spec: { imageRepositoryRef: { name: 'app' }, policy: {} },
  status: { conditions },
});
const ready = { type: 'Ready', status: 'True' as const, reason: 'Succeeded', message: 'a' };

test('is written every ten seconds, not before, and leaves what is said of an earlier choice', async () => {
  const context = fakeContext();
  let now = 0;
  const progress = new Progress(policy([ready]), 5000, context, () => now);
  progress.learnt(10);
  now = 10_000;
  progress.learnt(900);
  now = 19_999;
  progress.learnt(1800);
  await progress.written;
  const message = 'looking at tags: 900 of 5000';
  expect(context.writes).toEqual([{ conditions: [ready, { type: 'Reconciling', status: 'True', reason: 'Progressing', message }] }]);
});

test('a policy without a choice is said to be in progress', async () => {
  const context = fakeContext();
  let now = 0;
  const progress = new Progress(policy([]), 20, context, () => now);
  now = 10_000;
  progress.learnt(5);
  await progress.written;
  expect(context.writes[0].conditions?.[0]).toMatchObject({ type: 'Ready', status: 'Unknown', message: 'looking at tags: 5 of 20' });
});
