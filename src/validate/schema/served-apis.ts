import { apiLifecycle, endingKinds } from './api-lifecycle';
import { Kubernetes, minorOf } from './kubernetes-schemas';

/** Of every group there are definitions that are no kinds of objects. */
const NO_OBJECT = /\/(DeleteOptions|WatchEvent|Status|API(Group|Versions)|\w+List)$/;

/**
 * What a version of Kubernetes serves by itself, as templates see it: `group/version` and `group/version/Kind`. Versions of which a kind has ended are
 * named with their kinds alone: whoever asks for the version means the kind that it was known for.
 * @param version such as `1.37`: of one whose schemas do not ship, what the nearest has and what has not ended. @default - the newest whose schemas ship
 */
export function servedApis(version?: string): readonly string[] {
  const nearest = Kubernetes.near(version);
  const minor = minorOf(version ?? nearest.version);
  const hasEnded = (kind: string, at: number) => minorOf(apiLifecycle(kind)?.removed ?? '') <= at;
  const older = endingKinds().filter((kind) => hasEnded(kind, minorOf(nearest.version)));
  const kinds = [...nearest.kinds.filter((kind) => !NO_OBJECT.test(kind)), ...older].filter((kind) => !hasEnded(kind, minor));
  const ended = new Set(
    endingKinds()
      .filter((kind) => hasEnded(kind, minor))
      .map(versionOf),
  );
  return [...new Set(kinds.map(versionOf))].filter((one) => !ended.has(one)).concat(kinds);
}

/** `apps/v1` of `apps/v1/Deployment`. */
function versionOf(kind: string): string {
  return kind.slice(0, kind.lastIndexOf('/'));
}
