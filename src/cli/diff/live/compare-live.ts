import type { KubeClient } from '../../../kube/types';
import { fieldManagers } from '../../../model/labels';
import type { KubeObject, ObjectId } from '../../../model/object';
import type { PreviewCluster, PreviewLayer, PreviewObject, PreviewRelease } from '../../../preview/types';
import { subjectOf } from '../findings/subject';
import { makeReport } from '../make-report';
import type { Report } from '../report';
import type { Trees } from '../sides/trees';
import type { Finding, Place } from '../types';
import { liveCluster } from './live-cluster';
import { type Rehearsal, rehearse } from './rehearse';
import { type StaleObject, staleObjects } from './stale-objects';

/** More would only wait in the API server. */
const AT_ONCE = 16;

/** What a sync of a tree would do to a live cluster, by a dry run on its API server. */
export async function compareLive(trees: Trees, ref: string | undefined, client: KubeClient, named: string | undefined): Promise<Report> {
  const side = ref === undefined ? await trees.now() : await trees.atCommit(ref);
  const known = await trees.preview(side, { rendering: 'later' });
  const name = await liveCluster(client, known, named);
  const cluster = await rendered(known.clusters.find((one) => one.name === name) as PreviewCluster);
  const rehearsals = await rehearseAll(client, cluster);
  const stale = await staleObjects(client, cluster.layers);
  const sideOf = (which: 'before' | 'after') => ({
    clusters: [{ ...cluster, layers: layersOf(cluster, which, rehearsals, which === 'before' ? stale : []) }],
  });
  const findings = [...rehearsals].flatMap(([given, { place, rehearsal }]) => refusalFinding(place, given.id, rehearsal));
  const report = await makeReport({
    before: { name: `cluster ${name}`, preview: sideOf('before') },
    after: { name: side.name, preview: sideOf('after') },
    findings,
  });
  const isUnknown = [...rehearsals.values()].some(({ rehearsal }) => rehearsal.refusal?.kind === 'forbidden');
  return { ...report, reach: undefined, isDifferent: report.isDifferent || (isUnknown ? undefined : report.isDifferent) };
}

type Rehearsals = ReadonlyMap<PreviewObject, { readonly place: Place; readonly rehearsal: Rehearsal }>;

async function rendered(cluster: PreviewCluster): Promise<PreviewCluster> {
  const layers = cluster.layers.map(async (layer) => ({
    ...layer,
    releases: await Promise.all(layer.releases.map((release) => release.render?.() ?? release)),
  }));
  return { ...cluster, layers: await Promise.all(layers) };
}

async function rehearseAll(client: KubeClient, { layers }: PreviewCluster): Promise<Rehearsals> {
  const asked = layers.flatMap(({ cluster, name: layer, objects, releases }) => [
    ...objects.map((given) => ({ given, place: { cluster, layer } as Place, manager: fieldManagers.kustomize as string })),
    ...releases.flatMap((release) =>
      release.objects.map((given) => ({
        given,
        place: { cluster, layer, release: { namespace: release.namespace, name: release.name } },
        manager: fieldManagers.helm as string,
      })),
    ),
  ]);
  const found = new Map<PreviewObject, { readonly place: Place; readonly rehearsal: Rehearsal }>();
  const left = asked.values();
  const work = async () => {
    for (const { given, place, manager } of left) found.set(given, { place, rehearsal: await rehearse(client, given, manager) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

function layersOf(cluster: PreviewCluster, which: 'before' | 'after', rehearsals: Rehearsals, stale: readonly StaleObject[]): PreviewLayer[] {
  const side = (given: PreviewObject): PreviewObject[] => {
    const object = rehearsals.get(given)?.rehearsal[which];
    return object === undefined ? [] : [{ ...given, object }];
  };
  const gone = (layer: string, release?: { readonly namespace: string; readonly name: string }): PreviewObject[] =>
    stale.filter((one) => one.layer === layer && one.release?.name === release?.name && one.release?.namespace === release?.namespace).map(asGiven);
  const layers = cluster.layers.map((layer): PreviewLayer => {
    const known = layer.releases.map(
      (release): PreviewRelease => ({
        ...release,
        chart: undefined,
        inputs: undefined,
        objects: [...release.objects.flatMap(side), ...gone(layer.name, release)],
        hooks: [],
      }),
    );
    return {
      ...layer,
      objects: [...layer.objects.flatMap(side), ...gone(layer.name)],
      releases: [...known, ...removedReleases(layer.name, layer.releases, stale)],
    };
  });
  const names = new Set(layers.map(({ name }) => name));
  const removed = [...new Set(stale.map(({ layer }) => layer))].filter((name) => !names.has(name));
  return [
    ...layers,
    ...removed.map(
      (name): PreviewLayer => ({
        cluster: cluster.name,
        name,
        namespaces: [],
        objects: gone(name),
        releases: removedReleases(name, [], stale),
        problems: [],
      }),
    ),
  ];
}

/** Releases that only the cluster has. */
function removedReleases(layer: string, known: readonly PreviewRelease[], stale: readonly StaleObject[]): PreviewRelease[] {
  const groups = new Map<string, StaleObject[]>();
  for (const one of stale) {
    const { release } = one;
    if (one.layer !== layer || release === undefined) continue;
    if (known.some(({ namespace, name }) => namespace === release.namespace && name === release.name)) continue;
    const key = `${release.namespace}/${release.name}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group): PreviewRelease => {
    const { namespace, name } = group[0].release as { namespace: string; name: string };
    return { namespace, name, file: '', releaseName: name, releaseNamespace: namespace, objects: group.map(asGiven), hooks: [] };
  });
}

function asGiven({ id, object }: { readonly id: ObjectId; readonly object: KubeObject }): PreviewObject {
  return { id, object, file: '', document: 1 };
}

function refusalFinding(place: Place, id: ObjectId, { refusal }: Rehearsal): Finding[] {
  if (refusal === undefined) return [];
  const subject = subjectOf(id, place);
  if (refusal.kind === 'refused')
    return [{ topic: 'immutable', level: 'danger', place, subject, text: `the API server refuses it: ${refusal.message}` }];
  const level = refusal.kind === 'forbidden' ? 'warning' : 'note';
  return [{ topic: 'problem', level, place, subject, text: refusal.kind === 'forbidden' ? 'your identity may not try it' : refusal.message }];
}
