import { errors } from '../../../common/errors';
import type { SealRequest } from '../../../synth/seal-request';
import { suggestion } from '../../locks/select-entries';

/**
 * The one SealedSecret of a name that takes its values from a file: `basic-auth`, `dev/basic-auth`, `gke/dev/basic-auth` or, for one in
 * another namespace than its layer's, `gke/dev/team-a/basic-auth`.
 * @throws SealUnknown, SealAmbiguous
 */
export function sealNamed<T extends SealRequest>(requests: readonly T[], name: string): T {
  const found = requests.filter((request) => namesOf(request).includes(name));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw errors.SealAmbiguous({ name, choices: found.map((request) => shortestName(request, requests)).join(', ') });
  const depth = name.split('/').length;
  const known = requests.flatMap((request) => namesOf(request).filter((other) => other.split('/').length === depth));
  throw errors.SealUnknown({ name, known: suggestion(name, known.length > 0 ? known : requests.map(fullName)) });
}

/** Shortest name that names this one alone. */
export function shortestName(request: SealRequest, among: readonly SealRequest[]): string {
  return namesOf(request).find((name) => among.filter((other) => namesOf(other).includes(name)).length === 1) ?? fullName(request);
}

/** Shortest first. */
function namesOf({ cluster, layer, namespace, name }: SealRequest): string[] {
  return [...new Set([name, `${layer}/${name}`, `${cluster}/${layer}/${name}`, `${cluster}/${layer}/${namespace}/${name}`])];
}

function fullName({ cluster, layer, namespace, name }: SealRequest): string {
  return `${cluster}/${layer}/${namespace}/${name}`;
}
