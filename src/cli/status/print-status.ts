import { shortRevision } from '../live/layers';
import { printAge } from '../print/age';
import type { Paint } from '../print/colour';
import { printTable } from '../print/table';
import type { ClusterStatus, Fault, LayerStatus, ReleaseStatus } from './cluster-status';

/** The fleet on one screen. */
export function printStatus(fleet: readonly ClusterStatus[], now: Date, paint: Paint): string {
  return fleet.map((one) => printCluster(one, now, paint)).join('\n');
}

function printCluster(status: ClusterStatus, now: Date, paint: Paint): string {
  const name = status.cluster ?? status.context ?? 'the current cluster';
  const { error } = status;
  if (error !== undefined) return `${paint('bold', name)}  ${paint('red', 'unknown')}: ${error.message}\n  ${error.remedy}\n`;
  const head = [`${paint('bold', name)}  ${status.ready ? paint('green', 'ready') : paint('red', 'not ready')}`, ...facts(status, now)].join(', ');
  const { layers = [] } = status;
  const table = layers.length === 0 ? `${nothing(status)}\n` : layerTable(layers, now);
  return [`${head}\n`, indent(painted(table, paint)), ...problems(status, paint)].join('');
}

function nothing({ notes = [] }: ClusterStatus): string {
  return notes.some(({ level }) => level === 'fail') ? 'no environments to be seen' : 'it follows no repository yet: fairlead bootstrap';
}

function facts({ version, context, cluster, agent, sources = [] }: ClusterStatus, now: Date): string[] {
  return [
    ...(version === undefined ? [] : [`Kubernetes ${version}`]),
    ...(context === undefined || context === cluster ? [] : [`context ${context}`]),
    ...(agent?.isAlive ? [`agent ${agent.holder}`] : []),
    ...sources.map(({ name, revision, fetchedAt }) =>
      revision === undefined
        ? `${name} not fetched`
        : `${name} ${shortRevision(revision)}${fetchedAt === undefined ? '' : ` fetched ${printAge(fetchedAt, now)}`}`,
    ),
  ];
}

const HEADERS = ['environment', 'release', 'ready', 'revision', 'changed', 'chart', 'images'];

function layerTable(layers: readonly LayerStatus[], now: Date): string {
  const age = (time: string | undefined) => (time === undefined ? '' : printAge(time, now));
  const rows = layers.flatMap((layer) => [
    [layer.name, '', word(layer.ready, true, layer.suspended), shortRevision(layer.revision), age(layer.appliedAt), '', images(layer.images)],
    ...layer.releases.map((release) => [
      layer.name,
      releaseName(layer, release),
      ...releaseCells(release),
      age(release.deployedAt),
      release.chart ?? '',
      images(release.images),
    ]),
  ]);
  return printTable(HEADERS, rows);
}

function releaseName({ name: layer }: LayerStatus, { namespace, name }: ReleaseStatus): string {
  return namespace === layer ? name : `${namespace}/${name}`;
}

function releaseCells({ ready, healthy, suspended, revision }: ReleaseStatus): string[] {
  return [word(ready, healthy, suspended), revision === undefined ? '' : `v${revision}`];
}

function word(ready: string, healthy: boolean, suspended: string | undefined): string {
  if (suspended !== undefined) return `${ready}, suspended`;
  return ready === 'True' && !healthy ? 'Degraded' : ready;
}

/** The repository's own name is enough where people know the registry. */
function images(all: readonly string[]): string {
  return all.map((image) => image.replace(/^.*\//, '').replace(/@sha256:([0-9a-f]{7})[0-9a-f]+/, '@$1')).join(', ');
}

function problems({ faults = [], notes = [] }: ClusterStatus, paint: Paint): string[] {
  const told = faults.map((fault) => `  ${paint('red', subject(fault))} ${fault.sentence}\n    next: ${fault.remedy}\n`);
  const noted = notes.map(({ level, of, says, remedy }) => {
    return `  ${paint(STYLES[level], of)} ${says}\n${remedy === undefined ? '' : `    next: ${remedy}\n`}`;
  });
  return told.length + noted.length === 0 ? [] : ['\n', ...told, ...noted];
}

const FEW = 3;

function subject({ of }: Fault): string {
  const more = of.length > FEW ? ` and ${of.length - FEW} more` : '';
  return `${of.slice(0, FEW).join(', ')}${more}:`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

const STYLES = { fail: 'red', warn: 'yellow', info: 'bold' } as const;

/** The words of the table that tell how things are. */
function painted(table: string, paint: Paint): string {
  return table
    .replace(/(?<= {3})True(?=$| {2})/gm, (found) => paint('green', found))
    .replace(/(?<= {3})(?:False|Degraded)(?=$| {2})/gm, (found) => paint('red', found))
    .replace(/(?<= {3})Unknown(?=$| {2})|suspended(?=$| {2})/gm, (found) => paint('yellow', found));
}
