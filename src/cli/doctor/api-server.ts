import { annotations } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { layersOf } from '../live/layers';
import type { Check, Finding } from './check';

/** Whether the cluster is of the version that its manifests are written for. */
export const apiServer: Check = {
  name: 'API server',
  look: async ({ client, world }) => {
    const version = await client.version();
    const kustomizations = layersOf((await world()).objects).map(({ kustomization }) => kustomization);
    return [versionFinding(version, writtenFor(kustomizations))];
  },
};

/** The version that the root Kustomization says. */
function writtenFor(kustomizations: readonly KubeObject[]): string | undefined {
  return kustomizations.map(({ metadata }) => metadata.annotations?.[annotations.kubernetesVersion]).find((version) => version !== undefined);
}

export function versionFinding(served: string, wanted: string | undefined): Finding {
  const [have, want] = [minorOf(served), minorOf(wanted)];
  if (have === undefined || want === undefined || have.text === want.text) return { level: 'ok', says: `answers, ${served}` };
  const isOlder = have.major < want.major || (have.major === want.major && have.minor < want.minor);
  const remedy = `set kubernetesVersion of the cluster to '${have.text}', then fairlead validate`;
  const says = `is ${served}, and the manifests are written for ${want.text}`;
  return { level: isOlder ? 'fail' : 'warn', says, remedy };
}

function minorOf(version: string | undefined) {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return minor === undefined ? undefined : { major: Number(major), minor: Number(minor), text: `${major}.${minor}` };
}
