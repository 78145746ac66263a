import type { RenderResult } from './types';

// Go's unicode.IsSpace, which knows other characters than JavaScript's trim.
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

/** What `helm template` prints of a render: the manifest, then the hooks. */
export function templateOutput({ manifest, hooks }: Pick<RenderResult, 'manifest' | 'hooks'>): string {
  const printed = hooks.map((hook) => `---\n# Source: ${hook.path}\n${hook.manifest ?? ''}\n`);
  return `${manifest.replace(AROUND, '')}\n${printed.join('')}`;
}
