import type { Duration } from 'cdk8s';
import { durationText } from './duration-text';
import { type Json, mergeMaps } from './maps';

/** What happens to objects of a release that somebody changed or deleted. */
export enum DriftDetection {
  /** They are put right. */
  ENABLED = 'enabled',
  /** They are reported. */
  WARN = 'warn',
  /** Nobody looks. */
  DISABLED = 'disabled',
}

/** What becomes of the CustomResourceDefinitions in a chart's `crds/`. */
export enum CrdPolicy {
  /** They are left out. */
  SKIP = 'Skip',
  /** Those that are not there yet are created. */
  CREATE = 'Create',
  /** They are created, and replaced by those of the chart. */
  CREATE_REPLACE = 'CreateReplace',
}

/** Settings of an install or upgrade. */
export interface ReleaseActionOptions {
  /**
   * How often a failed attempt is tried again, after it was undone; below zero without end.
   * @default 3
   */
  readonly retries?: number;

  /**
   * How long it may take.
   * @default - that of the release
   */
  readonly timeout?: Duration;

  /**
   * What becomes of the chart's CRDs.
   * @default - as Helm does: created at install, left alone at upgrade
   */
  readonly crds?: CrdPolicy;

  /**
   * Do not wait until objects are ready.
   * @default false
   */
  readonly disableWait?: boolean;
}

/** Settings that releases share. */
export interface ReleaseOptions {
  /**
   * How often a release is looked at, besides when something changes.
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;

  /**
   * How long an install, upgrade or rollback may take.
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * What happens to objects that somebody changed or deleted.
   * @default DriftDetection.ENABLED
   */
  readonly driftDetection?: DriftDetection;

  /** @default - each setting's own default */
  readonly install?: ReleaseActionOptions;

  /** @default - each setting's own default */
  readonly upgrade?: ReleaseActionOptions;

  /**
   * How many revisions Helm keeps; 0 for all.
   * @default 5
   */
  readonly maxHistory?: number;

  /**
   * Service account, in the release's namespace, in whose name objects are applied.
   * @default - the agent's own
   */
  readonly serviceAccountName?: string;

  /**
   * Fields of the HelmRelease's spec, merged over what the other properties say; null takes a field away.
   * @see https://fluxcd.io/flux/components/helm/helmreleases/
   * @default - none
   */
  readonly spec?: { readonly [field: string]: unknown };
}

const DEFAULT_RETRIES = 3;

/** What the spec of a HelmRelease says for these options, later ones over earlier ones. Defaults are written out where Flux's differ. */
export function releaseSpec(layers: readonly ReleaseOptions[]): Json {
  const pick = <K extends keyof ReleaseOptions>(option: K) => layers.findLast((layer) => layer[option] !== undefined)?.[option];
  const action = (name: 'install' | 'upgrade') => actionSpec(layers.map((layer) => layer[name] ?? {}));
  const interval = pick('interval');
  const timeout = pick('timeout');
  const spec = {
    interval: interval ? durationText(interval) : '10m',
    timeout: timeout ? durationText(timeout) : '5m',
    driftDetection: { mode: pick('driftDetection') ?? DriftDetection.ENABLED },
    install: action('install'),
    upgrade: action('upgrade'),
    maxHistory: pick('maxHistory'),
    serviceAccountName: pick('serviceAccountName'),
  };
  return layers.reduce<Json>((merged, layer) => mergeMaps(merged, layer.spec), spec);
}

function actionSpec(layers: readonly ReleaseActionOptions[]): Json {
  const options: ReleaseActionOptions = Object.assign({}, ...layers.map(defined));
  const { retries = DEFAULT_RETRIES, timeout, crds, disableWait } = options;
  return { crds, disableWait, remediation: { retries }, timeout: timeout && durationText(timeout) };
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
