import { relative } from 'node:path';
import { FairleadError } from '../common/errors';

/**
 * Tells a person what went wrong and what to do. Errors of a user's program come with the place in it; the whole stack comes with
 * FAIRLEAD_DEBUG in the environment.
 */
export function printError(error: unknown, write: (text: string) => void = (text) => process.stderr.write(text)): void {
  write(`${describeError(error, process.env.FAIRLEAD_DEBUG !== undefined)}\n`);
}

/** What nobody catches in the program that a command runs is told like any other error, and ends the command. */
export function endOnFaults(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => {
      printError(error);
      process.exit(1);
    });
  }
}

export function describeError(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return [error.stack, ...causes(error)].join('\ncaused by ');
  if (isFairleadError(error)) return `error ${error.message}\n  ${error.remedy}`;
  if (!(error instanceof Error)) return `error ${String(error)}`;
  const places = ownPlaces(error);
  return [`error ${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`, ...places.map((place) => `  at ${place}`)].join('\n');
}

// The user's program may have thrown with its own copy of the package.
function isFairleadError(error: unknown): error is FairleadError {
  return error instanceof FairleadError || (error instanceof Error && error.name === 'FairleadError' && 'remedy' in error);
}

/** Lines of the stack that are in the user's own files. */
function ownPlaces(error: Error): string[] {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .map((line) => /(?:\()?((?:file:\/\/)?\/?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1])
    .filter((place): place is string => place !== undefined && !/^node:|\/node_modules\//.test(place) && !place.startsWith(OWN_FOLDER))
    .map((place) => relative(process.cwd(), place.replace(/^file:\/\//, '')))
    .slice(0, 5);
}

const OWN_FOLDER = `${__dirname.replace(/[\\/]cli$/, '')}/`;

function causes(error: Error): string[] {
  const { cause } = error;
  return cause instanceof Error ? [cause.stack ?? cause.message, ...causes(cause)] : [];
}
