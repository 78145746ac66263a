import { digestOf } from '../common/digest';
import { errors } from '../common/errors';
import type { Content } from '../model/content';
import type { HelmReleaseSpec } from '../model/helm-release';
import type { KubeObject } from '../model/object';
import { nameOf } from '../model/object';
import type { SourceRef } from '../model/source-ref';
import { type ChartPlace, chartPlace, type NamedChart } from '../objects/chart-place';
import { chartWithValues, cleanValuesFile, splitValuesFile } from '../render/chart-values';
import type { LibraryChart } from './chart-library';
import type { ClusterScene } from './cluster-scene';

export interface HelmReleaseObject extends KubeObject {
  readonly spec: HelmReleaseSpec;
}

/** Charts of one cluster's releases, wherever they are; each is looked for once. */
export class ChartFinder {
  private readonly found = new Map<string, Promise<Content>>();

  constructor(private readonly scene: ClusterScene) {}

  /** @throws ChartElsewhere, ChartSourceMissing, ChartFolderMissing, ValuesFileMissing, ChartDigestMismatch, and what a library throws */
  chartOf(release: HelmReleaseObject): Promise<Content> {
    const place = chartPlace(release, (ref) => this.helmChart(ref));
    const key = JSON.stringify(place);
    const find = () => this.find(place, `HelmRelease ${release.metadata.namespace}/${release.metadata.name}`);
    const known = this.found.get(key);
    // What names the release that asked first is said of this one anew.
    if (known !== undefined) return known.catch((error: unknown) => (namesRelease(error) ? find() : Promise.reject(error)));
    const finding = find();
    this.found.set(key, finding);
    return finding;
  }

  /** What the files say of where its chart is from. Throws as `chartOf` does. */
  writtenOf(release: HelmReleaseObject): readonly unknown[] {
    const place = chartPlace(release, (ref) => this.helmChart(ref));
    return [place, place.source && this.scene.files.get(place.source)?.spec];
  }

  private async find(place: ChartPlace, release: string): Promise<Content> {
    const { source, valuesFiles } = place;
    if (source === undefined) throw errors.ChartSourceMissing({ release, source: nameOf(place.named) });
    const isHere = source.kind === 'GitRepository';
    const chart = isHere ? await this.fromTree(source, place.path, release) : await this.published(source, place, release);
    if (valuesFiles.length === 0) return chart;
    const layers = await this.valuesFiles(place, source, chart);
    const { engine } = this.scene.options;
    return this.scene.memory.once(`values ${digestOf(JSON.stringify([chart.digest, layers.map((layer) => digestOf(layer))]))}`, () =>
      chartWithValues(engine, chart, layers),
    );
  }

  private async fromTree(source: SourceRef, path: string, release: string): Promise<Content> {
    const { scene } = this;
    if (!scene.isTree(source)) throw errors.ChartElsewhere({ release, source: nameOf(source) });
    const folder = scene.pathInTree(path);
    const content = folder === undefined ? undefined : await scene.tree.content(folder);
    if (content === undefined || content.files.length === 0) throw errors.ChartFolderMissing({ release, path });
    return content;
  }

  private async published(source: SourceRef, { path, digest }: ChartPlace, release: string): Promise<Content> {
    const { charts } = this.scene.options;
    const repository = this.scene.files.get(source);
    if (repository === undefined) throw errors.ChartSourceMissing({ release, source: nameOf(source) });
    if (source.kind === 'OCIRepository') return await expected(await charts.artifact(repository), digest, nameOf(source)).content();
    const at = path.lastIndexOf('@');
    const [chart, range] = [path.slice(0, at), path.slice(at + 1)];
    return await expected(await charts.published(repository, chart, range, digest), digest, `${nameOf(source)}/${chart}`).content();
  }

  private async valuesFiles({ valuesFiles, ignoreMissingValuesFiles }: ChartPlace, source: SourceRef, chart: Content): Promise<Buffer[]> {
    const layers: Buffer[] = [];
    for (const file of valuesFiles) {
      const isHere = source.kind === 'GitRepository';
      const { folder, name } = isHere ? splitValuesFile(file) : { folder: '', name: cleanValuesFile(file) };
      const inTree = this.scene.pathInTree(folder);
      const content = isHere && inTree !== undefined ? await this.scene.tree.content(inTree) : chart;
      const entry = content.files.find((one) => one.path === name);
      if (entry !== undefined) layers.push(...(await content.read([entry.digest])));
      else if (!ignoreMissingValuesFiles) throw errors.ValuesFileMissing({ file, source: nameOf(source) });
    }
    return layers;
  }

  /** At the version it asks for: which one it has is known to the cluster alone. */
  private helmChart(ref: SourceRef): NamedChart | undefined {
    const object = this.scene.files.get(ref);
    if (object === undefined) return undefined;
    return { spec: object.spec as NamedChart['spec'], annotations: object.metadata.annotations };
  }
}

function namesRelease(error: unknown): boolean {
  return [errors.ChartElsewhere, errors.ChartSourceMissing, errors.ChartFolderMissing].some((one) => one.is(error));
}

function expected(chart: LibraryChart, digest: string | undefined, name: string): LibraryChart {
  if (digest === undefined || digest === chart.digest) return chart;
  throw errors.ChartDigestMismatch({ chart: name, version: chart.version, url: name, found: chart.digest, wanted: digest });
}
