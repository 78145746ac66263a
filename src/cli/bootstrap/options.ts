import { Option } from 'commander';
import { parseDuration } from '../../common/go-duration';
import type { ClusterOptions } from '../cluster/connect';
import type { OutputFormat } from '../print/structured';

export interface BootstrapOptions extends ClusterOptions {
  readonly takeOver?: boolean;
  readonly restoreKeys?: string;
  readonly passphraseFile?: string;
  readonly sealedSecretsNamespace: string;
  readonly create?: boolean;
  readonly check?: boolean;
  readonly timeout: number;
  readonly output?: OutputFormat;
}

/** `--timeout`, in milliseconds. */
export function timeoutOption(usual: string): Option {
  return new Option('--timeout <duration>', 'how long to wait, such as 5m').argParser(milliseconds).default(parseDuration(usual), usual);
}

function milliseconds(text: string): number {
  const { InvalidArgumentError } = require('commander') as typeof import('commander');
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 90s or 5m.');
  return ms;
}
