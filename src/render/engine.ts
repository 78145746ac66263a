import { type ErrorDefinition, errors } from '../common/errors';
import type { Content } from '../model/content';
import type { ManifestObject } from '../model/object';
import { buildResult, decodedRelease, parseResult, renderResult, type WireBuild, type WireParse, type WireRelease, type WireRender } from './decode';
import type { EngineReply, EngineRequest } from './engine-call';
import { type EngineOptions, EnginePool } from './engine-pool';
import { EngineRefusal } from './engine-process';
import type {
  BuildOptions,
  BuildResult,
  ChartInfo,
  DecodedRelease,
  Engine,
  MessageData,
  ParseResult,
  ReleaseInfo,
  RenderRequest,
  RenderResult,
  ValueSetting,
} from './types';

/** An engine whose processes come with the first call and go with `close`, or with this program. */
export function createEngine(options: EngineOptions = {}): NativeEngine {
  return new NativeEngine(new EnginePool(options));
}

/** The engine as native processes. */
export class NativeEngine implements Engine {
  constructor(private readonly pool: EnginePool) {}

  async parse(content: Content, options: { files?: readonly string[] } = {}): Promise<ParseResult> {
    const reply = await this.call<WireParse>({ op: 'parse', args: { content: content.digest, files: options.files }, content });
    return parseResult(reply.result, reply.segments);
  }

  async build(content: Content, options: BuildOptions): Promise<BuildResult> {
    const reply = await this.call<WireBuild>({ op: 'build', args: { content: content.digest, ...options }, content });
    return buildResult(reply.result, reply.segments);
  }

  async inspect(chart: Content): Promise<ChartInfo> {
    const reply = await this.call<ChartInfo>({ op: 'inspect', args: { content: chart.digest }, content: chart });
    return reply.result;
  }

  async render({ chart, lookup, ...request }: RenderRequest): Promise<RenderResult> {
    const args = { ...request, content: chart.digest, hasLookup: lookup !== undefined };
    const reply = await this.call<WireRender>({ op: 'render', args, content: chart, lookup });
    return renderResult(reply.result, reply.segments);
  }

  async encodeRelease(record: Buffer, info: ReleaseInfo): Promise<string> {
    return this.text({ op: 'encodeRelease', args: info, segments: [record] });
  }

  async editRelease(stored: string, change: ReleaseInfo): Promise<string> {
    return this.text({ op: 'editRelease', args: change, segments: [Buffer.from(stored)] });
  }

  async decodeRelease(stored: string): Promise<DecodedRelease> {
    const reply = await this.call<WireRelease>({ op: 'decodeRelease', args: {}, segments: [Buffer.from(stored)] });
    return decodedRelease(reply.result, reply.segments);
  }

  async recordOf(stored: string): Promise<Buffer> {
    const reply = await this.call<number>({ op: 'recordOf', args: {}, segments: [Buffer.from(stored)] });
    return reply.segments[reply.result];
  }

  async mergeValues(layers: readonly (string | Buffer)[], sets: readonly ValueSetting[] = []): Promise<unknown> {
    const segments = layers.map((layer) => (typeof layer === 'string' ? Buffer.from(layer) : layer));
    return (await this.call({ op: 'mergeValues', args: { sets }, segments })).result;
  }

  async configDigest(values: unknown): Promise<string> {
    return (await this.call<string>({ op: 'configDigest', args: { values } })).result;
  }

  async substitute(
    objects: readonly ManifestObject[],
    variables: Readonly<Record<string, string>>,
    options: { strict?: boolean } = {},
  ): Promise<ParseResult> {
    const args = { objects: objects.map(({ json: _, ...object }) => object), variables, strict: options.strict ?? true };
    const reply = await this.call<WireParse>({ op: 'substitute', args, segments: objects.map(({ json }) => json) });
    return parseResult(reply.result, reply.segments);
  }

  async commitMessage(template: string, data: MessageData): Promise<string> {
    return (await this.call<string>({ op: 'commitMessage', args: { template, ...data } })).result;
  }

  async secretTemplates(templates: Readonly<Record<string, string>>, values: ReadonlyMap<string, Buffer>): Promise<ReadonlyMap<string, Buffer>> {
    const args = { templates, keys: [...values.keys()] };
    const reply = await this.call<Record<string, number>>({ op: 'secretTemplates', args, segments: [...values.values()] });
    return new Map(Object.entries(reply.result).map(([key, segment]) => [key, reply.segments[segment]]));
  }

  /** Processes that run now, with their memory where the platform tells it. */
  usage(): Promise<{ readonly pid: number; readonly residentBytes?: number }[]> {
    return this.pool.usage();
  }

  async close(): Promise<void> {
    this.pool.close();
  }

  private async text(request: EngineRequest): Promise<string> {
    const reply = await this.call<number>(request);
    return reply.segments[reply.result].toString('latin1');
  }

  private async call<T>(request: EngineRequest): Promise<EngineReply<T>> {
    try {
      return (await this.pool.call(request)) as EngineReply<T>;
    } catch (error) {
      throw error instanceof EngineRefusal ? meaning(request.op, error) : error;
    }
  }
}

const byKind: Readonly<Record<string, ErrorDefinition>> = {
  chart: errors.ChartUnusable,
  values: errors.ValuesRefused,
  release: errors.ReleaseUnreadable,
  template: errors.MessageTemplateInvalid,
  removedField: errors.MessageFieldRemoved,
  secretTemplate: errors.SecretTemplateInvalid,
};

const byOperation: Readonly<Record<string, ErrorDefinition>> = {
  render: errors.RenderFailed,
  build: errors.BuildFailed,
  mergeValues: errors.ValuesRefused,
};

/** What the engine said, as an error of the table. Where its own code is at fault, the stack stays in the cause. */
function meaning(op: string, refusal: EngineRefusal): Error {
  const { kind, message } = refusal;
  if (kind === 'panic' || kind === 'protocol') return errors.EngineFailed({ op, message: message.split('\n', 1)[0] }, refusal);
  const definition = byKind[kind] ?? byOperation[op] ?? errors.EngineFailed;
  return definition({ op, message }, refusal);
}
