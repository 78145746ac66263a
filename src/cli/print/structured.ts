import { Option } from 'commander';
import { dump } from 'js-yaml';

export type OutputFormat = 'json' | 'yaml';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'print it for programs').choices(['json', 'yaml']);
}

export function printStructured(value: unknown, format: OutputFormat): string {
  return format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : dump(value, { lineWidth: -1, noRefs: true });
}
