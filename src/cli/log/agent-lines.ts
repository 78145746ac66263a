import type { Ref } from '../live/world';

/** A line of the agent's log, which is a JSON object. */
export interface AgentLine {
  readonly ts: string;
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Undefined for what else containers write, such as a crash's stack. */
export function parseLine(text: string): AgentLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(text) as AgentLine;
    return typeof line.msg === 'string' && typeof line.level === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line is about any of these objects. */
export function concerns({ object }: AgentLine, names: ReadonlySet<string>): boolean {
  return typeof object === 'string' && names.has(object);
}

export function nameInLog({ kind, namespace, name }: Ref): string {
  return `${kind}/${namespace}/${name}`;
}

const LEVELS: Readonly<Record<string, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function isAtLeast({ level }: AgentLine, least: string): boolean {
  return (LEVELS[level] ?? 0) >= (LEVELS[least] ?? 0);
}

/** As people read it: time, level, object, what, and the rest as `key=value`. */
export function printLine({ ts, level, msg, object, message, reason, ...rest }: AgentLine): string {
  const subject = typeof object === 'string' ? ` ${object}:` : '';
  const said = typeof message === 'string' ? `: ${message}` : '';
  const why = typeof reason === 'string' && said === '' ? ` (${reason})` : '';
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${ts} ${level.padEnd(5)}${subject} ${msg}${why}${said}${fields.join('')}`;
}
