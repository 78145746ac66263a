/** Tells what people should know, beside what a command prints. */
export function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}
