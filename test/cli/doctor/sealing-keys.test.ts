import { findKeyFaults } from '../../../src/cli/doctor/sealing-keys';
import type { ClusterKey, UnreadableKey } from '../../../src/cli/seal/keys/cluster-keys';
import { errors } from '../../../src/common/errors';

const NOW = new Date('2026-06-01T00:00:00Z');
const inDays = (days: number) => new Date(+NOW + days * 86_400_000);

function key(name: string, { days = 3650, saved = true, isActive = true } = {}): ClusterKey {
  const times = { notBefore: inDays(-10), notAfter: inDays(days), ...(saved && { backedUpAt: inDays(-1) }) };
  return { key: { name, ...times }, label: isActive ? 'active' : 'compromised', isActive } as ClusterKey;
}

const broken: UnreadableKey = { error: errors.SealingKeyInvalid({ secret: 'kube-system/x', reason: 'it has no tls.key' }) } as UnreadableKey;

test.each([
  ['all is well', [key('a'), key('b')], [], ['ok: 2 in use, the newest is a and saved']],
  ['no key', [], [], ['fail: namespace kube-system has no key in use: nothing can be unsealed']],
  ['none in use', [key('a', { isActive: false })], [], ['fail: namespace kube-system has no key in use: nothing can be unsealed']],
  ['unreadable', [key('a')], [broken], ['fail: secret kube-system/x is labelled as a sealing key and is none: it has no tls.key']],
  ['ends in 60 days', [key('a', { days: 60 })], [], ['ok: 1 in use, the newest is a and saved']],
  ['ends in 59 days', [key('a', { days: 59 })], [], ['warn: the certificate of the newest key a ends in 59 days']],
  ['an older one ended', [key('a'), key('b', { days: -5 })], [], ['ok: 2 in use, the newest is a and saved']],
  ['ended', [key('a', { days: -1 })], [], ['fail: the certificate of the newest key a ended on 2026-05-31T00:00:00.000Z']],
  ['never saved', [key('a'), key('b', { saved: false })], [], ['warn: b: never saved, so what is sealed would be lost with the cluster']],
  ['out of use and never saved', [key('a'), key('b', { saved: false, isActive: false })], [], ['ok: 1 in use, the newest is a and saved']],
])('%s', (_what, keys, unreadable, said) => {
  expect(findKeyFaults({ keys, unreadable }, 'kube-system', NOW).map(({ level, says }) => `${level}: ${says}`)).toEqual(said);
});
