import type { KubeObject } from '../../model/object';

export interface Lease extends KubeObject {
  readonly spec: LeaseSpec;
}

export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
  readonly [field: string]: unknown;
}

/** A lease as first seen in this state, by our own clock: the holder's clock may be wrong. */
export interface Sighting {
  readonly resourceVersion: string | undefined;
  readonly atMs: number;
}

/** Whether we may take a lease: nobody holds it, we do, or its holder was not seen renewing it for its whole duration. */
export function isFree(lease: Lease, identity: string, sighting: Sighting, nowMs: number): boolean {
  const { holderIdentity = '', leaseDurationSeconds = 0 } = lease.spec;
  return holderIdentity === '' || holderIdentity === identity || nowMs - sighting.atMs > leaseDurationSeconds * 1000;
}

/** Whether somebody else has it and has renewed it lately, by his clock. Good enough to guess by, not to act by. */
export function isHeld({ spec }: Lease, identity: string, now: Date): boolean {
  const { holderIdentity = '', leaseDurationSeconds = 0, renewTime } = spec;
  if (holderIdentity === '' || holderIdentity === identity || renewTime === undefined) return false;
  return now.getTime() - Date.parse(renewTime) <= leaseDurationSeconds * 1000;
}

/** The first time this state of the lease was seen. */
export function sight(before: Sighting | undefined, lease: Lease, nowMs: number): Sighting {
  const { resourceVersion } = lease.metadata;
  return before !== undefined && before.resourceVersion === resourceVersion ? before : { resourceVersion, atMs: nowMs };
}

/** The spec with us as holder, as of now. */
export function takenBy(identity: string, before: LeaseSpec, durationMs: number, now: Date): LeaseSpec {
  const time = microTime(now);
  const kept = before.holderIdentity === identity;
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    acquireTime: kept ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: (before.leaseTransitions ?? 0) + (kept || before.holderIdentity === undefined ? 0 : 1),
  };
}

/** The spec given up, so that a successor need not wait. */
export function givenUp(before: LeaseSpec, now: Date): LeaseSpec {
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) };
}

function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
