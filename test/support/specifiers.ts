import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a TypeScript text imports or requires. */
export function specifiersOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
  const found = [/\b(?:from|import)\s*(['"])([^'"\n]+)\1/g, /\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1/g];
  return found.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2]));
}

/** Paths of the TypeScript files in a folder and those below, but for installed packages. */
export function typescriptBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : typescriptBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
