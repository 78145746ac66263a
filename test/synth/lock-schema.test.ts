import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { printLock } from '../../src/model/lock';
import { locks } from '../model/locks-arbitrary';

const isValid = new Ajv().compile(JSON.parse(readFileSync(join(__dirname, '../../schemas/lock.schema.json'), 'utf8')));

test('every lock that is written is one by its schema', () => {
  fc.assert(
    fc.property(
      locks().filter(({ entries, holds }) => entries.size + holds.size > 0),
      (lock) => {
        isValid(load(printLock(lock)));
        expect(isValid.errors).toBeNull();
      },
    ),
  );
});

const lock = { apiVersion: 'fairlead.dev/v1', kind: 'Lock', images: { podinfo: 'ghcr.io/stefanprodan/podinfo:6.7.1' } };

test.each([
  ['without its kind', { ...lock, kind: undefined }],
  ['of a later format', { ...lock, apiVersion: 'fairlead.dev/v2' }],
  ['with a section of another name', { ...lock, image: lock.images }],
  ['with an empty section', { ...lock, images: {} }],
  ['with an image without tag', { ...lock, images: { podinfo: 'ghcr.io/stefanprodan/podinfo' } }],
  ['with a tag that is a number', { ...lock, images: { podinfo: 6.7 } }],
  ['with half a digest', { ...lock, images: { podinfo: 'ghcr.io/stefanprodan/podinfo:6.7.1@sha256:abc' } }],
  ['with a hold of nobody', { ...lock, holds: { 'images/podinfo': '2026-11-21T10:00:00Z' } }],
  ['with a hold of nothing', { ...lock, holds: { podinfo: '2026-11-21T10:00:00Z alice: no' } }],
])('a lock %s is none', (_, value) => expect(isValid(JSON.parse(JSON.stringify(value)))).toBe(false));
