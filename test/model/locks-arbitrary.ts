import fc from 'fast-check';
import type { Hold, Lock, LockEntry, LockKey, LockSection } from '../../src/model/lock';
import { printMarker } from '../../src/model/marker';
import type { VersionRef } from '../../src/model/version-ref';
import { texts } from '../synth/values';

/** Tags that some reader of YAML takes for something else than a string, and long ones. */
export const NASTY_TAGS: readonly string[] = [
  ...['1.10', '0x1', '1e3', '012', '0o17', '1_000', '2024-01-01', '685_230.15', '_', '0', '007'],
  ...['true', 'null', 'no', 'on', 'y', 'NaN', 'v1', 'latest', 'dev-kb9', '1.2.3-rc.1', 'x'.repeat(128)],
];

export function tags(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...NASTY_TAGS), fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/));
}

export function digests(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
}

/** Registries, ports and paths of any depth. */
export function repositories(
  hosts: readonly string[] = ['docker.io', 'ghcr.io', 'localhost:5000', 'registry.example.com:443'],
): fc.Arbitrary<string> {
  const part = fc.stringMatching(/^[a-z0-9]{2,8}([._-][a-z0-9]{1,6})?$/);
  return fc.tuple(fc.constantFrom(...hosts), fc.array(part, { minLength: 1, maxLength: 3 })).map((parts) => parts.flat().join('/'));
}

export function refs(name = repositories(), tag = tags()): fc.Arbitrary<VersionRef> {
  return fc
    .record({ name, tag, digest: fc.option(digests(), { nil: undefined }) })
    .map(({ digest, ...ref }) => (digest === undefined ? ref : { ...ref, digest }));
}

const chartRefs = refs(
  repositories(['charts.bitnami.com', 'ghcr.io', '123.dkr.ecr.eu-west-1.amazonaws.com', 'example.com:8443']),
  fc.oneof(tags(), fc.constant('6.2.7+up1.0')),
);

const ids = fc.oneof(
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/),
  fc.constantFrom('null', 'true', 'on', '1.10', '0x1', '012', 'a.b', 'images', '2024-01-01'),
);
const policies = ids.map((id) => `flux-system:dev-podinfo-${id.replaceAll('.', '-')}`);

const holds: fc.Arbitrary<Hold> = fc.record({
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => `${date.toISOString().slice(0, 19)}Z`),
  by: fc.constantFrom('alice', 'Alice B. <alice@example.com>', '@bob', "o'neil", '"c"', '日本'),
  reason: texts(),
});

/** Locks whose every marked entry has a policy of its own. */
export function locks(): fc.Arbitrary<Lock> {
  return fc
    .tuple(section('images', refs()), section('charts', chartRefs), fc.dictionary(fc.constantFrom('images/a', 'charts/on', 'images/1.10'), holds))
    .map(([images, charts, held]) => ({ entries: new Map([...images, ...charts]), holds: new Map(Object.entries(held) as [LockKey, Hold][]) }));
}

function section(name: LockSection, ref: fc.Arbitrary<VersionRef>): fc.Arbitrary<[LockKey, LockEntry][]> {
  return fc
    .uniqueArray(fc.record({ id: ids, ref, policy: fc.option(policies, { nil: undefined }) }), { selector: ({ id }) => id, maxLength: 6 })
    .map((entries) =>
      entries.map(({ id, ref, policy }, index) => [
        `${name}/${id}`,
        policy === undefined ? { ref } : { ref, marker: printMarker({ policy: `${policy}-${name}-${index}` }) },
      ]),
    );
}
