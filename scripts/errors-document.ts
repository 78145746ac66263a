import { type ErrorDefinition, errors } from '../src/common/errors';

const rooms: Readonly<Record<string, string>> = {
  FL1: 'Sources',
  FL2: 'Synth',
  FL3: 'Build, apply, prune',
  FL4: 'Helm',
  FL5: 'Kubernetes API and runtime',
  FL6: 'Engine',
  FL7: 'Command line',
  FL8: 'Sealed secrets',
  FL9: 'Test bed',
};

/** `docs/errors.md`: the table of errors for people. Words in braces stand for the particulars. */
export function errorsDocument(): string {
  const all: ErrorDefinition[] = Object.values(errors);
  const sections = Object.entries(rooms).map(([prefix, title]) => {
    const rows = all
      .filter((error) => error.code.startsWith(prefix))
      .sort((a, b) => a.code.localeCompare(b.code))
      .map((error) => `| ${error.code} | ${cell(error.message)} | ${cell(error.remedy)} |`);
    return rows.length === 0 ? '' : `\n## ${title}\n\n| code | what | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors\n\nGenerated from \`src/common/errors.ts\` by \`npm run generate\`.\n${sections.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
