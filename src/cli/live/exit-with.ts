import { printError } from '../print-error';

/** Sets the exit code that a command gives; where it fails to say anything at all it tells the error and sets `onError`. */
export async function exitWith(onError: number, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    printError(error);
    process.exitCode = onError;
  }
}
