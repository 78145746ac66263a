/** One line for the person who waits. */
export type Progress = (line: string) => void;

/** Progress lines on stderr, so that stdout stays the program's own. */
export const progressToStderr: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

/** A duration as people say it, such as `48 s` or `3 min 6 s`. */
export function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
