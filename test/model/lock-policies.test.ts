import { type Lock, parseLock } from '../../src/model/lock';
import { heldPolicies, policyOf } from '../../src/model/lock-policies';

const lock: Lock = parseLock(`images:
  web: "ghcr.io/acme/web:1" # {"$imagepolicy": "flux-system:gke-dev-web"}
  api: "ghcr.io/acme/api:1" # {"$imagepolicy": "flux-system:gke-dev-api"}
  pinned: "ghcr.io/acme/pinned:1"
  noted: "ghcr.io/acme/noted:1" # by hand
holds:
  images/web: "2026-11-21T10:00:00Z alice: loses orders"
  images/pinned: "2026-11-21T10:00:00Z alice: loses orders"
  images/gone: "2026-11-21T10:00:00Z alice: loses orders"
`);

test.each([
  ['images/web', 'flux-system:gke-dev-web'],
  ['images/pinned', undefined],
  ['images/noted', undefined],
] as const)('the policy of %s is %s', (key, policy) => expect(policyOf(lock.entries.get(key)!)).toBe(policy));

test('holds are on policies of entries that are there', () => expect(heldPolicies(lock)).toEqual(['flux-system:gke-dev-web']));
