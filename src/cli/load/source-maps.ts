import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Makes stack traces name the lines people wrote. `mapOf` gives the source map of a file, where it has one.
 * Node's own support is not used: it would read the maps of every package too.
 */
export function mapStackTraces(mapOf: (path: string) => string | undefined): void {
  const maps = new Map<string, SourceMap>();
  const load = (path: string): SourceMap | undefined => {
    const known = maps.get(path);
    if (known) return known;
    const text = mapOf(path);
    if (text === undefined) return undefined;
    const map = new SourceMap(JSON.parse(text));
    maps.set(path, map);
    return map;
  };

  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => `\n    at ${describe(frame, load)}`);
    return `${String(error)}${lines.join('')}`;
  };
}

function describe(frame: NodeJS.CallSite, load: (path: string) => SourceMap | undefined): string {
  const file = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!file || line === null || column === null) return String(frame);
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const entry = load(path)?.findEntry(line - 1, column - 1);
  if (!entry || !('originalLine' in entry)) return String(frame);
  return String(frame).replace(`${file}:${line}:${column}`, `${path}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}
