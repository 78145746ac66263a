import { execFileSync } from 'node:child_process';

/** Libraries that a program loads when it starts, the loader among them, where it looks for them. Empty for one that is linked statically. */
export function sharedLibraries(program: string): string[] {
  let printed: string;
  try {
    printed = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (stderr.includes('not a dynamic executable')) return [];
    throw error;
  }
  return parseLibraries(printed);
}

/** What `ldd` prints: `libc.so.6 => /lib/…/libc.so.6 (0x…)`, and the loader without an arrow. */
export function parseLibraries(printed: string): string[] {
  const missing = /^\s*(\S+) => not found/m.exec(printed)?.[1];
  if (missing !== undefined) throw new Error(`${missing} is not there`);
  return [...printed.matchAll(/(?:=>\s+)?(\/\S+) \(0x/g)].map(([, path]) => path!);
}
