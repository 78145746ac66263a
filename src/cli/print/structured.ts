import { Option } from 'commander';

export type OutputFormat = 'json' | 'yaml';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'print it for programs').choices(['json', 'yaml']);
}

export function printStructured(value: unknown, format: OutputFormat): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  // Loaded when it is asked for, like the commands themselves.
  const { dump } = require('js-yaml') as typeof import('js-yaml');
  return dump(value, { lineWidth: -1, noRefs: true });
}
