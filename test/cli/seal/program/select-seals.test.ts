import { sealNamed, shortestName } from '../../../../src/cli/seal/program/select-seals';
import type { SealRequest } from '../../../../src/synth/seal-request';

function request(address: string): SealRequest {
  const [cluster, layer, namespace, name] = address.split('/') as [string, string, string, string];
  return { cluster, layer, namespace, name, file: `${address}.yaml`, template: {}, construct: address };
}

const REQUESTS = ['gke/dev/dev/a', 'gke/dev/team/a', 'gke/prod/prod/b', 'eks/prod/prod/b', 'gke/dev/dev/c'].map(request);

test.each([
  ['c', 'gke/dev/dev/c'],
  ['dev/c', 'gke/dev/dev/c'],
  ['gke/dev/c', 'gke/dev/dev/c'],
  ['gke/dev/team/a', 'gke/dev/team/a'],
  ['eks/prod/b', 'eks/prod/prod/b'],
])('%s is %s', (name, expected) => expect(sealNamed(REQUESTS, name).construct).toBe(expected));

test.each([
  ['a', 'say which: gke/dev/dev/a, gke/dev/team/a'],
  ['gke/dev/a', 'say which: gke/dev/dev/a, gke/dev/team/a'],
  ['prod/b', 'say which: gke/prod/b, eks/prod/b'],
])('%s is several', (name, remedy) => expect(refusal(name)).toMatchObject({ code: 'FL8303', remedy }));

test('an unknown name is told with what it is like', () => {
  expect(refusal('gke/dev/d')).toMatchObject({ code: 'FL8302', remedy: expect.stringContaining('gke/dev/c') });
  expect(refusal('nothing-like-it')).toMatchObject({ remedy: expect.stringMatching(/^there is a, b, c;.*--raw/) });
});

test('every name that is given is one that is understood', () => {
  for (const one of REQUESTS) expect(sealNamed(REQUESTS, shortestName(one, REQUESTS))).toBe(one);
});

function refusal(name: string): unknown {
  try {
    return sealNamed(REQUESTS, name);
  } catch (error) {
    return error;
  }
}
