import { errors } from '../../common/errors';
import { type Condition, conditionTypes } from '../../model/conditions';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { chartSourceOf } from './chart-source';
import { type LiveKustomization, sourceRefOf } from './layers';
import { conditionOf, isOfGeneration, isReady } from './readiness';
import type { World } from './world';

/** Errors that the same content gives each time. */
const LASTING: ReadonlySet<string> = codes(
  errors.SourcePathMissing,
  errors.SourceLfsPointer,
  errors.BuildIncomplete,
  errors.BuildFailed,
  errors.ObjectEncrypted,
  errors.ApplyRefused,
  errors.ApplyImmutable,
  errors.ApplyNamespaceUnset,
  errors.ApplyTwice,
  errors.ChartUnusable,
  errors.RenderFailed,
  errors.ValuesRefused,
);

/** Errors that are of the kind of those they carry. */
const CARRIERS: ReadonlySet<string> = codes(errors.ApplyIncomplete, errors.ReleaseNotRendered);

interface Source extends KubeObject {
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

interface Configured extends KubeObject {
  readonly spec?: { readonly valuesFrom?: readonly object[]; readonly postBuild?: { readonly substituteFrom?: readonly object[] } };
}

/**
 * Whether what failed fails again until somebody changes what it is made of. Said only of an attempt at what is wanted now: of this generation, and of what
 * its source holds. What takes values from objects that are not looked at here may be of other ones meanwhile, and is never said to last.
 */
export function isLasting(object: KubeObject, world: World): boolean {
  const ready = conditionOf(object, conditionTypes.ready);
  if (ready?.status !== 'False' || !saysLasting(ready.message) || !isOfGeneration(ready, object) || takesValues(object)) return false;
  const ref = object.kind === kinds.Kustomization.kind ? sourceRefOf(object as LiveKustomization) : chartSourceOf(object);
  const source = ref && world.objects.get<Source>(ref);
  return source !== undefined && isReady(source) && isOfSource(ready, object, source);
}

function saysLasting(message: string): boolean {
  // What a template looks up may come.
  if (/error calling lookup/.test(message)) return false;
  const [first, ...carried] = [...message.matchAll(/(?:^|: )(FL\d{4})(?=: )/gm)].map(([, code]) => code);
  return first !== undefined && (LASTING.has(first) || (CARRIERS.has(first) && carried.some((code) => LASTING.has(code))));
}

function takesValues({ spec }: Configured): boolean {
  return (spec?.valuesFrom ?? []).length > 0 || (spec?.postBuild?.substituteFrom ?? []).length > 0;
}

/**
 * By the revision where the object names it. Else by time: an attempt at anything new begins as not yet known, so Ready is as old as its outcome. Times are
 * of whole seconds: within one, the attempt counts as the later. Where it was not, another begins, and whoever waits lets a moment pass for that.
 */
function isOfSource({ lastTransitionTime }: Condition, object: KubeObject, { status }: Source): boolean {
  const { artifact } = status ?? {};
  if (artifact === undefined) return true;
  if (object.kind === kinds.Kustomization.kind && (object as LiveKustomization).status?.lastAttemptedRevision === artifact.revision) return true;
  if (artifact.lastUpdateTime === undefined || lastTransitionTime === undefined) return false;
  return Date.parse(lastTransitionTime) >= Date.parse(artifact.lastUpdateTime);
}

function codes(...definitions: readonly { readonly code: string }[]): ReadonlySet<string> {
  return new Set(definitions.map(({ code }) => code));
}
