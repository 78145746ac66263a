import type { Check, Scene } from '../../../src/cli/doctor/check';
import { examine } from '../../../src/cli/doctor/run-doctor';
import { errors } from '../../../src/common/errors';
import { worldWith } from '../live/live-objects';

const scene = {} as Scene;

test('a check that cannot look is a finding, and the others are looked at', async () => {
  const checks: Check[] = [
    { name: 'one', look: () => Promise.reject(errors.ApiForbidden({ subject: 'list', message: 'no' })) },
    { name: 'two', look: async () => [{ level: 'ok', says: 'is there' }] },
  ];
  expect(await examine(scene, checks)).toEqual([
    { check: 'one', level: 'warn', says: expect.stringContaining('cannot be looked at: '), remedy: expect.any(String) },
    { check: 'two', level: 'ok', says: 'is there' },
  ]);
});

test('what may not be listed is not taken for absent', async () => {
  const world = async () => ({ ...worldWith(), unread: new Map([['Kustomization', 'forbidden']]) });
  const look: Check['look'] = async () => [{ level: 'ok', says: 'none waits' }];
  const checks: Check[] = [
    { name: 'plans', needs: ['Kustomization'], look },
    { name: 'releases', needs: ['HelmRelease'], look },
  ];
  expect(await examine({ ...scene, world }, checks)).toMatchObject([
    { check: 'plans', level: 'warn', says: 'cannot be looked at: you may not list Kustomization' },
    { check: 'releases', level: 'ok' },
  ]);
});

test('a fault of our own is not taken for one of the cluster', async () => {
  await expect(examine(scene, [{ name: 'one', look: () => Promise.reject(new TypeError('oops')) }])).rejects.toThrow('oops');
});
