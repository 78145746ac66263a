import { errors } from '../../common/errors';
import type { LockRequest } from '../../synth/lock-request';
import { entryNames, idOf, splitChoice, suggestion } from './select-entries';

export interface RequestChoice {
  readonly environment?: string;
  readonly name?: string;
  readonly cluster?: string;
}

/**
 * What a program takes from its locks, as far as it was asked for.
 * @throws EnvironmentUnknown, EntryUnknown
 */
export function requestsFor(requests: readonly LockRequest[], { environment, name, cluster }: RequestChoice): LockRequest[] {
  const wanted: { readonly cluster?: string; readonly layer?: string } =
    environment === undefined ? { cluster } : splitChoice({ environment, cluster });
  const here = requests.filter(
    (request) => (wanted.cluster ?? request.cluster) === request.cluster && (wanted.layer ?? request.layer) === request.layer,
  );
  if (here.length === 0 && (environment ?? cluster) !== undefined) {
    const known = requests.map((request) =>
      environment === undefined ? request.cluster : environment.includes('/') ? `${request.cluster}/${request.layer}` : request.layer,
    );
    const what = environment ?? `cluster ${cluster}`;
    throw errors.EnvironmentUnknown({ environment: what, known: suggestion(environment ?? cluster ?? '', known) });
  }
  if (name === undefined) return here;
  const found = here.filter((request) => entryNames(request.namespace, request.key).includes(name));
  if (found.length > 0) return found;
  const known = here.flatMap((request) => (name.includes('/') ? entryNames(request.namespace, request.key) : [idOf(request.key)]));
  throw errors.EntryUnknown({ environment: environment ?? 'the program', name, known: suggestion(name, known) });
}
