import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Blanks, fill } from './fill';

export const TEMPLATES = ['environments', 'hello', 'fleet'] as const;
export type Template = (typeof TEMPLATES)[number];

const FOLDER = join(__dirname, '..', '..', '..', 'templates');

// npm leaves files of these names out of packages.
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore', gitattributes: '.gitattributes' };

/** Texts of a folder of templates, filled in, by path in it, with `/`. */
export function templateFiles(name: string, blanks: Blanks): ReadonlyMap<string, string> {
  const root = join(FOLDER, name);
  const paths = filesBelow(root, '').sort();
  return new Map(paths.map((path) => [fill(RENAMED[path] ?? path, blanks), fill(readFileSync(join(root, path), 'utf8'), blanks)]));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}
