import { errors } from '../../../common/errors';
import type { SealRequest } from '../../../synth/seal-request';
import { suggestion } from '../../locks/select-entries';

/**
 * The one SealedSecret of a name that takes its values from a file: `basic-auth`, `dev/basic-auth`, `gke/dev/basic-auth` or, for one in
 * another namespace than its layer's, `gke/dev/team-a/basic-auth`; or the path of its file.
 * @throws SealUnknown, SealAmbiguous, SealNameInvalid
 */
export function sealNamed<T extends SealRequest>(requests: readonly T[], name: string): T {
  assertName(name);
  const found = requests.filter((request) => namesOf(request).includes(name));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw errors.SealAmbiguous({ name, choices: found.map((request) => shortestName(request, requests)).join(', ') });
  const depth = name.split('/').length;
  const known = requests.flatMap((request) => addressesOf(request).filter((other) => other.split('/').length === depth));
  throw errors.SealUnknown({ name, known: suggestion(name, known.length > 0 ? known : requests.map(fullName)) });
}

/**
 * Those that any of the names is of, which may name layers and clusters too; all for no names.
 * @throws SealsUnknown, SealNameInvalid
 */
export function selectSeals<T extends SealRequest>(requests: readonly T[], names: readonly string[]): readonly T[] {
  if (names.length === 0) return requests;
  const wideNamesOf = (request: T) => [...namesOf(request), ...groupsOf(request)];
  for (const name of names) {
    assertName(name);
    if (requests.some((request) => wideNamesOf(request).includes(name))) continue;
    throw errors.SealsUnknown({ name, known: suggestion(name, requests.flatMap(wideNamesOf)) });
  }
  return requests.filter((request) => wideNamesOf(request).some((known) => names.includes(known)));
}

/** Shortest name that names this one alone. */
export function shortestName(request: SealRequest, among: readonly SealRequest[]): string {
  return addressesOf(request).find((name) => among.filter((other) => addressesOf(other).includes(name)).length === 1) ?? fullName(request);
}

/** Shortest first; the namespace alone, as kubectl has it, is understood and never proposed before the layer. */
function addressesOf({ cluster, layer, namespace, name }: SealRequest): string[] {
  const ofLayer = [name, `${layer}/${name}`, `${cluster}/${layer}/${name}`, `${cluster}/${layer}/${namespace}/${name}`];
  return [...new Set([...ofLayer, `${namespace}/${name}`])];
}

function fullName({ cluster, layer, namespace, name }: SealRequest): string {
  return `${cluster}/${layer}/${namespace}/${name}`;
}

function namesOf(request: SealRequest): string[] {
  return [...addressesOf(request), request.file];
}

function groupsOf({ cluster, layer }: SealRequest): string[] {
  return [cluster, layer, `${cluster}/${layer}`];
}

/** Who forgets an option gives a value where a name belongs, and errors are kept in logs. */
function assertName(name: string): void {
  if (!/^[\w./\\ -]+$/.test(name)) throw errors.SealNameInvalid();
}
