import { claimOn, isOwn, obstacleTo } from '../../../src/agent/secrets/secret-change';
import type { SecretRecord } from '../../../src/agent/secrets/secret-record';
import { recordOf } from '../../../src/agent/secrets/secret-record';
import { annotations, labels } from '../../../src/model/labels';

const sealed = { metadata: { name: 'a', namespace: 'b', uid: 'ours' } };
const by = (uid: string) => [{ apiVersion: 'x/v1', kind: 'X', name: 'x', uid, controller: true }];
const record = (metadata: object): SecretRecord => recordOf({ metadata: { name: 'a', namespace: 'b', ...metadata } });
const managed = { [annotations.sealedManaged]: 'true' };
const patch = { [annotations.sealedPatch]: 'true' };
const written = { [annotations.unsealedFrom]: 'sha256:1' };

test.each<[string, object, 'whole' | 'part' | 'none', boolean]>([
  ['nobody’s', {}, 'none', false],
  ['controlled by us', { ownerReferences: by('ours') }, 'whole', true],
  ['controlled by another', { ownerReferences: by('theirs') }, 'none', false],
  ['written by us, controlled by nobody', { annotations: written }, 'whole', true],
  ['written by us, controlled by another', { annotations: written, ownerReferences: by('theirs') }, 'none', false],
  ['annotated managed', { annotations: managed, ownerReferences: by('theirs') }, 'whole', false],
  ['annotated with something that is not exactly true', { annotations: { [annotations.sealedManaged]: 'True' } }, 'none', false],
  ['annotated patch', { annotations: patch }, 'part', false],
  ['annotated patch, and ours', { annotations: patch, ownerReferences: by('ours') }, 'part', false],
  ['a sealing key', { annotations: { ...managed, ...patch }, labels: { [labels.sealingKey]: 'compromised' } }, 'none', false],
])('a Secret that is %s', (_, metadata, claim, own) => {
  expect([claimOn(record(metadata), sealed), isOwn(record(metadata), sealed)]).toEqual([claim, own]);
});

const secret = (more: object = {}) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, type: 'Opaque', data: { a: '' }, ...more });

test.each<[object, object, 'immutable' | 'type' | undefined]>([
  [{}, { data: { a: 'eA==' } }, undefined],
  [{}, { immutable: true, data: {} }, undefined],
  [{}, { type: 'x/y' }, 'type'],
  [{ type: undefined }, {}, undefined],
  [{ immutable: true }, { immutable: true }, undefined],
  [{ immutable: true }, {}, 'immutable'],
  [{ immutable: true }, { immutable: true, data: { a: 'eA==' } }, 'immutable'],
  [{ immutable: true }, { immutable: true, type: 'x/y' }, 'immutable'],
  [{ immutable: true, data: undefined }, { immutable: true, data: {} }, undefined],
])('from %j to %j the API has this against it: %s', (live, next, obstacle) => {
  expect(obstacleTo(secret(live), secret(next))).toBe(obstacle);
});
