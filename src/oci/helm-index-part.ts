import { CORE_SCHEMA, load } from 'js-yaml';

/** What is read of one version of a chart in an index. */
export interface IndexedChart {
  readonly version: string;
  /** `sha256:…` of the archive; many repositories leave it out. */
  readonly digest?: string;
  /** As written: relative ones stand below the repository's address. */
  readonly urls: readonly string[];
  readonly created?: string;
  readonly deprecated?: boolean;
}

/** As much as is parsed without giving way to others. */
const PIECE_BYTES = 32 * 1024;

/**
 * One chart's part of an index: its key and the list of its versions. Parsed piece by piece, since a chart may have thousands of versions.
 * Throws where it is no list of versions of that chart.
 */
export async function parsePart(text: string, chart: string): Promise<IndexedChart[]> {
  const pieces = piecesOf(text);
  if (pieces === undefined) return versionsIn(parsed(text), chart);
  const found: IndexedChart[] = [];
  try {
    for (const piece of pieces) {
      found.push(...copied(versionsOf(load(piece, { schema: CORE_SCHEMA, json: true }))));
      await new Promise(setImmediate);
    }
    return found;
  } catch {
    // A list item that only looks like one, inside of a text: the whole decides.
    return versionsIn(parsed(text), chart);
  }
}

/** A whole index: what does not come apart by indentation. */
export function parseWhole(text: string): ReadonlyMap<string, readonly IndexedChart[]> {
  const index = text.trimStart().startsWith('{') ? (JSON.parse(text) as unknown) : parsed(text);
  if (!isMap(index)) throw new Error('it is no map');
  if (typeof index.apiVersion !== 'string' || index.apiVersion === '') throw new Error('it has no apiVersion');
  const entries = index.entries ?? {};
  if (!isMap(entries)) throw new Error('its entries are no map');
  return new Map(Object.entries(entries).map(([chart, versions]) => [chart, copied(versionsOf(versions))]));
}

function parsed(text: string): unknown {
  return load(text, { schema: CORE_SCHEMA, json: true });
}

function versionsIn(part: unknown, chart: string): IndexedChart[] {
  if (!isMap(part) || Object.keys(part).length !== 1 || !(chart in part)) throw new Error(`the part of chart ${chart} holds something else`);
  return versionsOf(part[chart]);
}

/** The list of a part in pieces of whole items, without its key. Undefined where it is not such a list. */
function piecesOf(text: string): string[] | undefined {
  const lines = text.split('\n');
  const first = lines.findIndex((line, index) => index > 0 && !/^\s*(#.*)?$/.test(line));
  const indent = first < 0 ? undefined : /^( *)-(?=\s|$)/.exec(lines[first])?.[1].length;
  if (indent === undefined || !/:\s*(#.*)?$/.test(lines[0])) return undefined;
  const pieces: string[] = [];
  let piece: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(first)) {
    const isItem = line.startsWith('-', indent) && line.slice(0, indent).trim() === '' && /^-(\s|$)/.test(line.slice(indent, indent + 2));
    if (isItem && bytes >= PIECE_BYTES) {
      pieces.push(piece.join('\n'));
      piece = [];
      bytes = 0;
    }
    piece.push(line);
    bytes += line.length;
  }
  return [...pieces, piece.join('\n')];
}

function versionsOf(list: unknown): IndexedChart[] {
  if (list === null) return [];
  if (!Array.isArray(list)) throw new Error('versions of a chart are no list');
  return list.flatMap((entry: unknown) => {
    // Helm leaves out what has no version, too.
    if (!isMap(entry) || entry.version === undefined || entry.version === null) return [];
    const { version, digest, urls, created, deprecated } = entry;
    return [
      {
        version: String(version),
        ...(typeof digest === 'string' && digest !== '' ? { digest: digest.includes(':') ? digest : `sha256:${digest}` } : {}),
        urls: Array.isArray(urls) ? urls.map(String) : [],
        ...(typeof created === 'string' ? { created } : {}),
        ...(deprecated === true ? { deprecated } : {}),
      },
    ];
  });
}

/** Strings cut out of a text keep all of it in memory. */
function copied(versions: readonly IndexedChart[]): IndexedChart[] {
  return JSON.parse(JSON.stringify(versions)) as IndexedChart[];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
