import { apiVersionOf, type KubeObject } from '../model/object';
import { query } from './paths';
import type { Requests } from './requests';
import type { ApiResource } from './types';

const PAGE_SIZE = 500;

/** Parsing more in one piece would hold up everything else; pages shrink where objects are large. */
const LARGEST_PAGE_BYTES = 1.5 * 1024 * 1024;

const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

export interface ListPage {
  readonly items: readonly KubeObject[];
  /** From where to watch. */
  readonly resourceVersion: string;
}

export interface ListQuery {
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly as?: 'object' | 'metadata';
  readonly signal?: AbortSignal;
}

interface ListBody {
  readonly items?: readonly KubeObject[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** A list, page by page, each item with its kind. Throws where it expires half-way (see `isExpired`). */
export async function* pages(requests: Requests, resource: ApiResource, list: ListQuery): AsyncGenerator<ListPage> {
  const headers = list.as === 'metadata' ? { accept: METADATA_LIST } : undefined;
  const name = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
  let limit = PAGE_SIZE;
  let next: string | undefined;
  do {
    const path = list.path + query({ ...list.params, limit, continue: next });
    const call = { method: 'GET', path, verb: 'list', resource: name, headers, signal: list.signal } as const;
    const answer = await requests.send(call, `list of ${name}`);
    const body = JSON.parse(answer.body.toString()) as ListBody;
    const items = (body.items ?? []).map((item) => Object.assign(item, { apiVersion: apiVersionOf(resource), kind: resource.kind }));
    yield { items, resourceVersion: body.metadata.resourceVersion };
    const perItem = answer.body.length / Math.max(1, items.length);
    limit = Math.max(1, Math.min(PAGE_SIZE, Math.floor(LARGEST_PAGE_BYTES / Math.max(1, perItem))));
    next = body.metadata.continue || undefined;
  } while (next !== undefined);
}
