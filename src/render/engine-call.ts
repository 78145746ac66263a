import type { Content } from '../model/content';
import type { Lookup } from './types';

/** A request to the engine with all it may ask back for. Pure, so it may be sent again. */
export interface EngineRequest {
  readonly op: string;
  readonly args: unknown;
  readonly segments?: readonly Buffer[];
  readonly content?: Content;
  readonly lookup?: Lookup;
}

export interface EngineReply<T = unknown> {
  readonly result: T;
  readonly segments: readonly Buffer[];
}

/** Answers a question the engine asks while a call runs. */
export async function answerQuestion(request: EngineRequest, op: string, args: unknown): Promise<EngineReply> {
  switch (op) {
    case 'files':
      return { result: contentOf(request).files.map(({ path, digest }) => ({ path, digest })), segments: [] };
    case 'content':
      return { result: null, segments: await contentOf(request).read((args as { digests: string[] }).digests) };
    case 'lookup': {
      const { apiVersion, kind, namespace, name } = args as { apiVersion: string; kind: string; namespace: string; name: string };
      return { result: (await request.lookup?.(apiVersion, kind, namespace, name)) ?? null, segments: [] };
    }
    default:
      throw new Error(`the engine asks for ${op}, which nobody knows`);
  }
}

function contentOf(request: EngineRequest): Content {
  if (request.content === undefined) throw new Error(`${request.op} has no content`);
  return request.content;
}
