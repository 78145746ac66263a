import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import { stringAt, valueAt } from '../../objects/fields';
import { shortRevision } from '../live/layers';
import { readinessOf } from '../live/readiness';
import { suspendedWords } from '../live/suspended';
import { firstLine } from '../live/told-error';
import type { World } from '../live/world';
import { printAge } from '../print/age';

export interface Column {
  readonly header: string;
  readonly cell: (object: KubeObject, world: World) => string;
}

const at =
  (...path: readonly string[]) =>
  (object: KubeObject): string =>
    stringAt(object, ...path) ?? '';

const first: readonly Column[] = [
  { header: 'namespace', cell: ({ metadata }) => metadata.namespace ?? '' },
  { header: 'name', cell: ({ metadata }) => metadata.name },
  { header: 'ready', cell: (object, world) => `${readinessOf(object).status}${suspendedWords(object, world) === undefined ? '' : ', suspended'}` },
];

const last: readonly Column[] = [
  {
    header: 'age',
    cell: ({ metadata }, { now }) => (metadata.creationTimestamp === undefined ? '' : printAge(metadata.creationTimestamp, now).replace(' ago', '')),
  },
  { header: 'message', cell: (object, world) => suspendedWords(object, world) ?? firstLine(readinessOf(object).message) },
];

const between: Readonly<Record<string, readonly Column[]>> = {
  [kinds.Kustomization.kind]: [
    { header: 'revision', cell: (object) => shortRevision(stringAt(object, 'status', 'lastAppliedRevision')) },
    { header: 'path', cell: at('spec', 'path') },
  ],
  [kinds.HelmRelease.kind]: [
    { header: 'chart', cell: (object) => chartOf(object) },
    { header: 'revision', cell: (object) => helmRevision(object) },
  ],
  [kinds.GitRepository.kind]: [
    { header: 'url', cell: at('spec', 'url') },
    { header: 'revision', cell: (object) => shortRevision(stringAt(object, 'status', 'artifact', 'revision')) },
  ],
  [kinds.OCIRepository.kind]: [
    { header: 'url', cell: at('spec', 'url') },
    { header: 'revision', cell: (object) => shortRevision(stringAt(object, 'status', 'artifact', 'revision')) },
  ],
  [kinds.HelmRepository.kind]: [{ header: 'url', cell: at('spec', 'url') }],
  [kinds.HelmChart.kind]: [
    { header: 'chart', cell: at('spec', 'chart') },
    { header: 'version', cell: at('spec', 'version') },
  ],
  [kinds.ImageRepository.kind]: [
    { header: 'image', cell: at('spec', 'image') },
    { header: 'tags', cell: (object) => String(valueAt(object, 'status', 'lastScanResult', 'tagCount') ?? '') },
    { header: 'scanned', cell: (object, { now }) => ageAt(now, object, 'status', 'lastScanResult', 'scanTime') },
  ],
  [kinds.ImagePolicy.kind]: [
    { header: 'image', cell: at('status', 'latestRef', 'name') },
    { header: 'tag', cell: at('status', 'latestRef', 'tag') },
  ],
  [kinds.ImageUpdateAutomation.kind]: [
    { header: 'last push', cell: (object, { now }) => ageAt(now, object, 'status', 'lastPushTime') },
    { header: 'commit', cell: (object) => (stringAt(object, 'status', 'lastPushCommit') ?? '').slice(0, 7) },
  ],
};

/** Columns of a kind, as kubectl has them for it. */
export function columnsOf(kind: string): readonly Column[] {
  return [...first, ...(between[kind] ?? []), ...last];
}

function ageAt(now: Date, object: KubeObject, ...path: readonly string[]): string {
  const time = stringAt(object, ...path);
  return time === undefined ? '' : printAge(time, now);
}

function latest(object: KubeObject): unknown {
  return (valueAt(object, 'status', 'history') as readonly unknown[] | undefined)?.[0];
}

function chartOf(object: KubeObject): string {
  const name = stringAt(latest(object), 'chartName');
  return name === undefined ? '' : `${name}@${stringAt(latest(object), 'chartVersion') ?? ''}`;
}

function helmRevision(object: KubeObject): string {
  const version = valueAt(latest(object), 'version');
  return version === undefined ? '' : `v${version}`;
}
