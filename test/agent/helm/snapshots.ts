import type { Snapshot } from '../../../src/agent/helm/history';

/** A revision of `dev/web` as a status remembers it. */
export function snapshot(version: number, status: Snapshot['status'] = 'deployed', more: Partial<Snapshot> = {}): Snapshot {
  const time = '2026-01-01T00:00:00Z';
  return {
    digest: 'd',
    name: 'web',
    namespace: 'dev',
    version,
    status,
    chartName: 'web',
    chartVersion: '1',
    configDigest: 'v',
    firstDeployed: time,
    lastDeployed: time,
    ...more,
  };
}
