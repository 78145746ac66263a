import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';

/** A CustomResourceDefinition. */
export interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

const MOST_MS = 60_000;
const EVERY_MS = 50;

/** Waits for the API server: discovery follows a moment after a definition is established, and tells nobody. Throws `BootstrapTimeout`. */
export async function untilServed(client: KubeClient, { metadata, spec }: Definition): Promise<void> {
  const version = spec.versions.find(({ served }) => served)!.name;
  for (const until = Date.now() + MOST_MS; Date.now() < until; await sleep(EVERY_MS))
    if ((await client.resource({ group: spec.group, version, kind: spec.names.kind }, { now: true })) !== undefined) return;
  throw errors.BootstrapTimeout({
    time: `${MOST_MS / 1000}s`,
    what: `CustomResourceDefinition ${metadata.name} is not served`,
    next: `kubectl describe crd ${metadata.name}`,
  });
}
