import fc from 'fast-check';
import type { AgentInstallation, AgentResources, AgentSync } from '../../src/install/types';

const name = fc.constantFrom('agent', 'fairlead-agent', 'b');
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function syncs(): fc.Arbitrary<AgentSync> {
  return withoutUndefined(
    fc.record({
      url: fc.constantFrom('ssh://git@github.com/acme/fleet', 'https://git.example.com:3000/acme/fleet.git', 'http://10.0.0.1/fleet'),
      branch: some(fc.constantFrom('main', 'clusters/gke')),
      path: fc.constantFrom('dist/gke/_sync', 'k8s/dist/gke/_sync'),
      repositoryName: name,
      kustomizationName: name,
      secretName: some(name),
      knownHosts: some(fc.constant('git.example.com ssh-ed25519 AAAA\n')),
      readOnly: some(fc.boolean()),
      prune: some(fc.boolean()),
    }),
  );
}

/** Installations of every combination of options. */
export function agentInstallations(): fc.Arbitrary<AgentInstallation> {
  const features = fc.record({ imageAutomation: some(fc.boolean()), sealedSecrets: some(fc.boolean()), notifications: some(fc.boolean()) });
  return withoutUndefined(
    fc.record({
      namespace: some(fc.constantFrom('flux-system', 'fairlead')),
      name: some(name),
      image: some(fc.constantFrom('registry.example.com:5000/agent:1', `agent@sha256:${'0'.repeat(64)}`)),
      replicas: some(fc.integer({ min: 1, max: 3 })),
      features: some(withoutUndefined(features)),
      sync: some(syncs()),
      applyAs: some(name),
      takeOver: some(fc.boolean()),
      resources: some(fc.constantFrom<AgentResources[]>({}, { requests: { cpu: '1' } }, { limits: { memory: '2Gi' } })),
      nodeSelector: some(fc.constantFrom<Record<string, string>[]>({}, { pool: 'system' })),
      priorityClassName: some(fc.constantFrom('', 'important', 'system-node-critical')),
      networkPolicy: some(fc.boolean()),
      egressPorts: some(fc.constantFrom([], [4443], [443, 5001])),
      serviceMonitor: some(fc.boolean()),
    }),
  );
}

function withoutUndefined<T extends object>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return arbitrary.map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T);
}
