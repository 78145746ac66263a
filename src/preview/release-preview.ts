import { digestOf } from '../common/digest';
import { errors, FairleadError } from '../common/errors';
import type { Content } from '../model/content';
import type { ValuesReference } from '../model/helm-release';
import { nameOf } from '../model/object';
import { crdPolicy } from '../objects/crd-policy';
import { originLabels, originOf } from '../objects/release-origin';
import { type ReleaseTarget, releaseTarget } from '../objects/release-target';
import { composeValues, DEFAULT_VALUES_KEY, valuesTextOf } from '../render/release-values';
import type { Capabilities, RenderRequest, RenderResult } from '../render/types';
import type { ChartFinder, HelmReleaseObject } from './chart-finder';
import type { ClusterScene } from './cluster-scene';
import { previewObject } from './preview-object';
import { readsCapabilities } from './reads-capabilities';
import type { PreviewObject, PreviewRelease } from './types';

/** What a cluster offers to templates, and where its kinds live. */
export interface Offer {
  /** @param kubernetesVersion instead of its own, such as `1.37` */
  capabilities(kubernetesVersion?: string): Capabilities;
  isClusterScoped(id: { readonly group: string; readonly kind: string }): boolean;
}

/** A release as it is known before it is rendered, with `render`. Never rejects. */
export async function previewRelease(
  scene: ClusterScene,
  charts: ChartFinder,
  offer: Promise<Offer>,
  object: HelmReleaseObject,
  file: string,
): Promise<PreviewRelease> {
  const { name: ownName, namespace: ownNamespace = '' } = object.metadata;
  const called = { namespace: ownNamespace, name: ownName, file, objects: [], hooks: [] };
  const malformed = malformedIn(object);
  if (malformed !== undefined) return { ...called, releaseName: ownName, releaseNamespace: ownNamespace, problem: problemOf(malformed, object) };
  const target = releaseTarget(object);
  const known = { ...called, releaseName: target.name, releaseNamespace: target.namespace };
  try {
    const notes: string[] = [];
    const { engine } = scene.options;
    const chart = await charts.chartOf(object);
    const { name, version, values: defaults } = await scene.memory.once(`chart ${chart.digest}`, () => engine.inspect(chart));
    const read = async (reference: ValuesReference) => textOf(scene, object, reference, notes);
    const values = await composeValues(engine, `${known.namespace}/${known.name}`, object.spec, read);
    const offered = await offer;
    const requestFor = (version?: string) => requestOf(object, target, chart, values, offered.capabilities(version));
    const request = requestFor();
    const renderWith = async (asked: RenderRequest): Promise<PreviewRelease> => {
      const inputs = inputsOf(object, asked);
      try {
        const result = await scene.memory.once(`release ${inputs}`, () => engine.render(asked));
        return { ...prepared, inputs, ...objectsOf(result, object, target, file, offered) };
      } catch (error) {
        return { ...prepared, inputs, problem: problemOf(error, object) };
      }
    };
    const prepared: PreviewRelease = {
      ...known,
      chart: { name, version },
      chartFiles: chart,
      inputs: inputsOf(object, request),
      values,
      defaults: async () => defaults,
      renderFor: async (version) => ((await readsCapabilities(chart, values, scene.memory)) ? renderWith(requestFor(version)) : undefined),
      ...(notes.length === 0 ? {} : { notes }),
    };
    let rendering: Promise<PreviewRelease> | undefined;
    return {
      ...prepared,
      render: () => {
        rendering ??= renderWith(request);
        return rendering;
      },
    };
  } catch (error) {
    return { ...known, written: writtenOf(scene, charts, object), problem: problemOf(error, object) };
  }
}

/** Undefined where it says so little that its chart cannot even be named. */
function writtenOf(scene: ClusterScene, charts: ChartFinder, object: HelmReleaseObject): string | undefined {
  const { metadata, spec } = object;
  try {
    const values = (spec.valuesFrom ?? []).map(({ kind, name }) => scene.files.get({ kind, namespace: metadata.namespace ?? '', name })?.data);
    return digestOf(JSON.stringify([metadata, spec, charts.writtenOf(object), values]));
  } catch {
    return undefined;
  }
}

/** What the API server would refuse, and nothing can be called by. */
function malformedIn({ spec }: HelmReleaseObject): string | undefined {
  if (typeof spec !== 'object' || spec === null) return 'it has no spec';
  const field = (['releaseName', 'targetNamespace', 'storageNamespace'] as const).find((one) => !['undefined', 'string'].includes(typeof spec[one]));
  return field && `spec.${field} is no string`;
}

/** As the agent renders a release that is new to the cluster. */
function requestOf(object: HelmReleaseObject, target: ReleaseTarget, chart: Content, values: unknown, capabilities: Capabilities): RenderRequest {
  const { install, postRenderers, postRenderStrategy, commonMetadata } = object.spec;
  return {
    chart,
    name: target.name,
    namespace: target.namespace,
    values,
    capabilities,
    skipSchemaValidation: install?.disableSchemaValidation,
    postRenderers,
    postRenderStrategy,
    commonMetadata,
  };
}

function inputsOf(object: HelmReleaseObject, { chart, ...request }: RenderRequest): string {
  return digestOf(JSON.stringify([chart.digest, request, crdPolicy(object, 'install'), originLabels(object)]));
}

function objectsOf(result: RenderResult, object: HelmReleaseObject, target: ReleaseTarget, file: string, { isClusterScoped }: Offer) {
  const at = { namespace: target.namespace, file, isClusterScoped };
  const crds = crdPolicy(object, 'install') === 'Skip' ? [] : result.crds;
  const objects: PreviewObject[] = [
    ...crds.map((crd) => previewObject(crd, { labels: originLabels(object), file, isClusterScoped })),
    ...result.objects.map((one) => previewObject(one, { ...at, ...originOf(object, target) })),
  ];
  const hooks = result.hooks.filter((hook) => hook.object.digest !== '').map((hook) => previewObject({ file: hook.path, ...hook.object }, at));
  return { objects, hooks };
}

/** Of ConfigMaps in the files of the cluster. What a Secret holds is nobody's to see. */
function textOf(scene: ClusterScene, object: HelmReleaseObject, reference: ValuesReference, notes: string[]): string | undefined {
  const { kind, name, valuesKey: key = DEFAULT_VALUES_KEY, optional = false } = reference;
  const at = { kind, namespace: object.metadata.namespace ?? '', name };
  const found = kind === 'ConfigMap' ? scene.files.get(at) : undefined;
  if (kind !== 'ConfigMap') notes.push(`values of ${nameOf(at)} are left out: nobody but the cluster knows them`);
  else if (found === undefined) notes.push(`values of ${nameOf(at)} are left out: it is in none of the files of the cluster`);
  const text = found === undefined ? undefined : valuesTextOf(found, key);
  if (found !== undefined && text === undefined && !optional) throw errors.ValuesKeyMissing({ ...at, key });
  return text;
}

function problemOf(error: unknown, object: HelmReleaseObject): FairleadError {
  if (error instanceof FairleadError) return error;
  const release = `${object.metadata.namespace}/${object.metadata.name}`;
  return errors.ReleaseNotPreviewed({ release, reason: error instanceof Error ? error.message : String(error) }, error);
}
