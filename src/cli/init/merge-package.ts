type Json = { [key: string]: unknown };

/** The parts of package.json that a template has a say in. */
const SECTIONS = ['scripts', 'dependencies', 'devDependencies'] as const;

/**
 * Scripts and packages that a package.json lacks, added to it. What it has stays, whatever its version, and so does its indentation.
 * Undefined where it is no JSON object.
 */
export function mergePackage(existing: string, wanted: string): { readonly text: string; readonly added: readonly string[] } | undefined {
  const before = objectIn(existing);
  if (before === undefined) return undefined;
  const template = JSON.parse(wanted) as Json;
  const present = new Set(['dependencies', 'devDependencies', 'peerDependencies'].flatMap((section) => Object.keys((before[section] ?? {}) as Json)));
  const added: string[] = [];
  const after: Json = { ...before };
  for (const section of SECTIONS) {
    const had = (before[section] ?? {}) as Json;
    const missing = Object.entries((template[section] ?? {}) as Json).filter(([name]) => !(section === 'scripts' ? name in had : present.has(name)));
    if (missing.length === 0) continue;
    added.push(...missing.map(([name]) => (section === 'scripts' ? `script ${name}` : name)));
    after[section] = { ...had, ...Object.fromEntries(missing) };
  }
  if (added.length === 0) return { text: existing, added };
  const [, indentation = '  '] = /^\{\r?\n([ \t]+)/.exec(existing) ?? [];
  return { text: `${JSON.stringify(after, null, indentation)}\n`, added };
}

function objectIn(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}
