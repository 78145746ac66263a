import { createHash } from 'node:crypto';
import type { Content } from '../../../src/model/content';
import { type ManifestObject, splitApiVersion } from '../../../src/model/object';
import type { DecodedRelease, Engine, Hook, ReleaseInfo, RenderRequest, RenderResult } from '../../../src/render/types';

/** A chart in one JSON file: objects (ConfigMaps by name), and hooks by event. */
export interface ToyChart {
  readonly name: string;
  readonly version: string;
  readonly objects: readonly string[];
  readonly fails?: string;
}

interface ToyRecord {
  readonly chart: ToyChart;
  readonly name: string;
  readonly namespace: string;
  readonly config: unknown;
  readonly manifest: string;
  readonly info?: ReleaseInfo;
}

export function toyContent(chart: ToyChart): Content {
  const bytes = Buffer.from(JSON.stringify(chart));
  const digest = `sha256:${sha(bytes)}`;
  return { digest, files: [{ path: 'chart.json', digest }], read: async () => [bytes] };
}

function sha(of: string | Buffer): string {
  return createHash('sha256').update(of).digest('hex');
}

function object(name: string, config: unknown): ManifestObject {
  const json = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { values: JSON.stringify(config) } }));
  return { ...splitApiVersion('v1'), kind: 'ConfigMap', namespace: '', name, json, digest: sha(json) };
}

const objectsOf = (record: ToyRecord) => record.chart.objects.map((name) => object(name, record.config));

/** The engine's contract with charts a test can make up, so that what is tested is the lifecycle. */
export class ToyEngine implements Engine {
  async inspect(content: Content) {
    const chart = await read(content);
    return { name: chart.name, version: chart.version, values: {}, dependencies: [] };
  }
  async render(request: RenderRequest): Promise<RenderResult> {
    const chart = await read(request.chart);
    if (chart.fails !== undefined) throw new Error(chart.fails);
    const record: ToyRecord = { chart, name: request.name, namespace: request.namespace, config: request.values, manifest: chart.objects.join() };
    return {
      chart,
      manifest: record.manifest,
      notes: '',
      objects: objectsOf(record),
      hooks: [],
      crds: [],
      record: Buffer.from(JSON.stringify(record)),
    };
  }
  async encodeRelease(record: Buffer, info: ReleaseInfo) {
    return JSON.stringify({ ...(JSON.parse(record.toString()) as ToyRecord), info });
  }
  async editRelease(stored: string, change: ReleaseInfo) {
    const record = JSON.parse(stored) as ToyRecord;
    return JSON.stringify({ ...record, info: { ...record.info, ...change } });
  }
  async decodeRelease(stored: string): Promise<DecodedRelease> {
    const record = JSON.parse(stored) as ToyRecord;
    const { revision = 1, status = 'unknown', description = '', firstDeployed = '', lastDeployed = '', deleted } = record.info ?? {};
    return {
      name: record.name,
      namespace: record.namespace,
      revision,
      info: { status, description, firstDeployed, lastDeployed, deleted },
      chart: { name: record.chart.name, version: record.chart.version },
      config: record.config,
      manifest: record.manifest,
      objects: objectsOf(record),
      hooks: [] as Hook[],
      snapshotDigest: `sha256:${sha(stored)}`,
      configDigest: `sha256:${sha(JSON.stringify(record.config))}`,
    };
  }
  async recordOf(stored: string) {
    const { info, ...record } = JSON.parse(stored) as ToyRecord;
    return Buffer.from(JSON.stringify(record));
  }
  async configDigest(values: unknown) {
    return `sha256:${sha(JSON.stringify(values))}`;
  }
  async mergeValues(layers: readonly (string | Buffer)[]) {
    return Object.assign({}, ...layers.map((layer) => JSON.parse(layer.toString()) as object));
  }
  async parse(): Promise<never> {
    throw new Error('not in the toy');
  }
  async build(): Promise<never> {
    throw new Error('not in the toy');
  }
  async commitMessage(): Promise<never> {
    throw new Error('no messages here');
  }
  async secretTemplates(): Promise<never> {
    throw new Error('no secrets here');
  }
  async substitute(): Promise<never> {
    throw new Error('not in the toy');
  }
  async close() {}
}

async function read(content: Content): Promise<ToyChart> {
  const [bytes] = await content.read(content.files.map((file) => file.digest));
  return JSON.parse(bytes!.toString()) as ToyChart;
}
