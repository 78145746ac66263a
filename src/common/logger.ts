import { FairleadError } from './errors';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Static messages; what varies goes into fields. */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** The same log with these fields on every line. */
  with(fields: object): Logger;
}

export interface LoggerOptions {
  /** @default 'info' */
  readonly level?: LogLevel;
  /** Takes secrets out of a finished line. @default the line as it is */
  readonly redact?: (line: string) => string;
  /** @default standard error */
  readonly write?: (line: string) => void;
  /** @default the clock */
  readonly now?: () => Date;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log of JSON objects, one a line. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const least = ranks[options.level ?? 'info'];
  const write = options.write ?? ((line: string) => process.stderr.write(line));
  const now = options.now ?? (() => new Date());
  const redact = options.redact ?? ((line: string) => line);

  const make = (bound: object): Logger => {
    const log = (level: LogLevel, message: string, fields: object = {}) => {
      if (ranks[level] < least) return;
      const line = { ts: now().toISOString(), level, msg: message, ...bound, ...fields };
      write(`${redact(JSON.stringify(line, plain))}\n`);
    };
    return {
      debug: (message, fields) => log('debug', message, fields),
      info: (message, fields) => log('info', message, fields),
      warn: (message, fields) => log('warn', message, fields),
      error: (message, fields) => log('error', message, fields),
      with: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof FairleadError) return { code: value.code, message: value.detail, remedy: value.remedy };
  if (value instanceof Error) return { message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? value.toString() : value;
}
