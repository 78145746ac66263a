import fc from 'fast-check';
import type { Secret } from '../../../../src/agent/secrets/unseal/unsealed-secret';
import { fieldsOf, managedAfter } from '../../../../src/agent/secrets/written/own-fields';
import {
  claimOn,
  fromOf,
  isAsLeft,
  isOwn,
  type LiveSecret,
  obstacleTo,
  ownedOf,
  secretAfter,
} from '../../../../src/agent/secrets/written/secret-change';
import type { SecretRecord } from '../../../../src/agent/secrets/written/secret-record';
import { recordOf } from '../../../../src/agent/secrets/written/secret-record';
import { annotations, labels } from '../../../../src/model/labels';
import type { ManagedFieldsEntry } from '../../../../src/model/object';

const sealed = { metadata: { name: 'a', namespace: 'b', uid: 'ours' } };
const by = (uid: string) => [{ apiVersion: 'x/v1', kind: 'X', name: 'x', uid, controller: true }];
const record = (metadata: object): SecretRecord => recordOf({ metadata: { name: 'a', namespace: 'b', ...metadata } });
const managed = { [annotations.sealedManaged]: 'true' };
const patch = { [annotations.sealedPatch]: 'true' };
const written = { [annotations.unsealedFrom]: `sha256:${'1'.repeat(64)}` };

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

const texts = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
const shapes = fc.record({ labels: texts, notes: texts, data: texts, immutable: fc.option(fc.boolean(), { nil: undefined }) });
const liveSecrets = fc.record({ data: texts, labels: texts, isPatched: fc.boolean(), isManaged: fc.boolean() });

/** Who made it owned all of it. */
function live({ data, labels: own, isPatched, isManaged }: typeof liveSecrets extends fc.Arbitrary<infer T> ? T : never): LiveSecret {
  const notes = { ...(isPatched && patch), ...(isManaged && managed) };
  const owned = { metadata: { labels: own, annotations: notes }, type: 'Opaque', data };
  const managedFields = [{ manager: 'kubectl', operation: 'Update' as const, apiVersion: 'v1', fieldsV1: fieldsOf(owned) }];
  return { apiVersion: 'v1', kind: 'Secret', ...owned, metadata: { ...owned.metadata, name: 'a', namespace: 'b', uid: 'u', managedFields } };
}

/** As the API server: nobody owns a value that is gone. */
function stored(next: Secret): Secret {
  const fields = (entry: ManagedFieldsEntry) => {
    const { 'f:data': values = {}, ...rest } = entry.fieldsV1 as Readonly<Record<string, object>>;
    const kept = Object.entries(values).filter(([field]) => Object.hasOwn(next.data, field.slice(2)));
    return { ...entry, fieldsV1: { ...rest, ...(kept.length > 0 && { 'f:data': Object.fromEntries(kept) }) } };
  };
  return { ...next, metadata: { ...next.metadata, managedFields: next.metadata.managedFields!.map(fields) } };
}

test('what was written over whatever was there is as it was left, until one field of it is another’s', () => {
  fc.assert(
    fc.property(liveSecrets, shapes, (before, { labels: own, notes, data, immutable }) => {
      const wanted: Secret = {
        ...secret(),
        metadata: { name: 'a', namespace: 'b', labels: own, annotations: { ...notes, ...written }, ownerReferences: by('ours') },
        data,
        ...(immutable !== undefined && { immutable }),
      };
      const there = live(before);
      const next = stored(secretAfter(there, wanted, recordOf(there)));
      const after = recordOf(next);
      fc.pre(after.isPatched === before.isPatched && after.isManaged === before.isManaged);
      const owned = ownedOf(wanted, after);
      expect(isAsLeft(after, fromOf(wanted), owned)).toBe(true);
      const edited = managedAfter({ 'f:type': {} }, next.metadata.managedFields).map((entry, at, all) =>
        at === all.length - 1 ? { ...entry, manager: 'kubectl-edit' } : entry,
      );
      expect(isAsLeft(recordOf({ metadata: { ...next.metadata, managedFields: edited } }), fromOf(wanted), owned)).toBe(false);
    }),
  );
});
