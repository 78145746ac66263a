import { errors } from '../../common/errors';
import type { KubeObject } from '../../model/object';
import { refKey, refOf } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';
import { WatchedValues } from '../runtime/watched-values';
import { type Kustomization, targetOf } from './kustomization';

export interface SubstituteValues {
  /** By name; inline ones win, later references over earlier ones. */
  readonly variables: Readonly<Record<string, string>>;
  /** What they were read from, by name and version. */
  readonly versions: readonly string[];
}

/** Variables of `postBuild`. What they come from is watched, as is the kubeconfig: a new one leads to another application. */
export class Substitutes {
  private readonly watched: WatchedValues;

  constructor(private readonly runtime: Pick<Runtime, 'clusters' | 'redactor' | 'watchValues' | 'requestReconcile'>) {
    this.watched = new WatchedValues(runtime);
  }

  /** Throws `SubstituteMissing` for what does not exist and is not optional. */
  async of(kustomization: Kustomization): Promise<SubstituteValues> {
    const namespace = kustomization.metadata.namespace ?? '';
    const references = kustomization.spec.postBuild?.substituteFrom ?? [];
    const seen = new Map<string, string>();
    const read = await Promise.all(
      references.map(({ kind, name, optional }) => this.read({ kind, namespace, name }, optional === true, seen)),
    ).finally(() => this.follow(kustomization, seen));
    return {
      variables: { ...Object.assign({}, ...read.map(({ values }) => values)), ...kustomization.spec.postBuild?.substitute },
      versions: read.map(({ version }) => version),
    };
  }

  forget(kustomization: Kustomization): void {
    this.watched.forget(refOf(kustomization));
  }

  /** What could not be read is followed as well: its coming is a change. */
  private follow(kustomization: Kustomization, seen: ReadonlyMap<string, string>): void {
    const namespace = kustomization.metadata.namespace ?? '';
    const { kubeConfig } = targetOf(kustomization);
    const values = (kustomization.spec.postBuild?.substituteFrom ?? []).map(({ kind, name }) => ({ kind, namespace, name }));
    this.watched.follow(refOf(kustomization), [
      ...values.map((ref) => ({ ...ref, seen: seen.get(refKey(ref)) })),
      ...(kubeConfig === undefined ? [] : [{ kind: 'Secret', namespace, name: kubeConfig.secretRef.name }]),
    ]);
  }

  private async read(ref: Ref, optional: boolean, seen: Map<string, string>): Promise<{ values: Record<string, string>; version: string }> {
    const object = await this.runtime.clusters.own.get<KubeObject & { data?: Record<string, string> }>({ ...ref, group: '', version: 'v1' });
    seen.set(refKey(ref), object?.metadata.resourceVersion ?? '');
    const name = `${ref.kind}/${ref.name}`;
    if (object === undefined && !optional) throw errors.SubstituteMissing({ ...ref });
    if (object === undefined) return { values: {}, version: name };
    const version = `${name}@${object.metadata.uid}/${object.metadata.resourceVersion}`;
    if (ref.kind === 'ConfigMap') return { values: object.data ?? {}, version };
    const values = Object.fromEntries(Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
    for (const secret of Object.values(values)) this.runtime.redactor.add(secret);
    return { values, version };
  }
}
