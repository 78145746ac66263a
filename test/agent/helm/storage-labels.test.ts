import fc from 'fast-check';
import { asLabel, ingredientsOf } from '../../../src/agent/helm/ingredients';
import { relabelled, revisionOf, secretName, storageLabels } from '../../../src/agent/helm/storage-labels';

const now = new Date('2026-01-02T03:04:05.678Z');
const made = { chart: 'git-1', config: 'sha256-2' };
const first = storageLabels({ release: 'web', version: 3, status: 'pending-upgrade', made }, 'createdAt', now);
const secret = (labels: Record<string, string>, version = labels.version) => ({ name: secretName('web', Number(version)), labels });

test('are what Helm writes, with ours beside them', () => {
  expect(first).toEqual({
    name: 'web',
    owner: 'helm',
    status: 'pending-upgrade',
    version: '3',
    createdAt: '1767323045',
    'fairlead.dev/chart': 'git-1',
    'fairlead.dev/config': 'sha256-2',
    'fairlead.dev/revision': '3',
  });
});

test('of a revision that changes keep what is the release’s own', () => {
  expect(relabelled({ ...first, team: 'shop' }, 'deployed', now)).toEqual({
    ...without(first, 'createdAt'),
    status: 'deployed',
    team: 'shop',
    modifiedAt: '1767323045',
  });
});

test('tell what a revision was made of', () => {
  expect(revisionOf(secret(first))).toEqual({ release: 'web', version: 3, status: 'pending-upgrade', made, isOurs: true, touchedMs: 1767323045000 });
});

test('that Helm copied to its own revision tell nothing', () => {
  expect(revisionOf(secret({ ...first, version: '4' }))).toMatchObject({ version: 4, isOurs: false });
  expect(revisionOf(secret({ ...first, version: '4' }))).not.toHaveProperty('made');
});

test('of an uninstall tell whose it is', () => {
  expect(revisionOf(secret(relabelled(first, 'uninstalling', now)))?.isOurs).toBe(true);
  expect(revisionOf(secret({ ...first, status: 'uninstalling' }))?.isOurs).toBe(false);
});

test('on a Secret that is no revision are not believed', () => {
  expect(revisionOf(secret(first, '7'))).toBeUndefined();
  expect(revisionOf({ name: 'other', labels: { owner: 'helm' } })).toBeUndefined();
});

test('made of any digests are valid label values', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(asLabel(`sha256:${text}x`)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
    }),
  );
});

test('differ where the objects would', () => {
  const spec = { interval: '1m' };
  const plain = ingredientsOf('git:1', 'sha256:2', spec);
  expect(plain).toEqual({ chart: 'git-1', config: 'sha256-2' });
  expect(ingredientsOf('git:1', 'sha256:2', { ...spec, commonMetadata: { labels: { a: 'b' } } }).config).not.toBe(plain.config);
  expect(ingredientsOf('git:1', 'sha256:2', { ...spec, postRenderers: [{}] }).config).not.toBe(plain.config);
});

function without(labels: Record<string, string>, key: string): Record<string, string> {
  const { [key]: _, ...rest } = labels;
  return rest;
}
