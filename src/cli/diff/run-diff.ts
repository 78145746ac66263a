import { paintFor } from '../print/colour';
import { announced } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { compareSides } from './compare-sides';
import { printMarkdown } from './print/print-markdown';
import { printText } from './print/print-text';
import { reportJson } from './print/report-json';
import { exitCodeOf, type Report } from './report';

export interface DiffOptions {
  readonly mergeBase?: boolean;
  readonly synth: boolean;
  readonly branch?: string;
  readonly summary?: boolean;
  readonly markdown?: boolean;
  readonly maxSize: number;
  readonly output?: OutputFormat;
}

/** Prints what differs and sets the exit code. Errors end in 2, also those that end the program somewhere else. */
export async function runDiff(ref: string, options: DiffOptions): Promise<void> {
  let code: 0 | 1 | 2 = 2;
  process.once('exit', () => {
    process.exitCode = code;
  });
  const report = await announced('comparing…', compareSides(process.cwd(), ref, options));
  process.stdout.write(print(report, options));
  code = exitCodeOf(report);
}

function print(report: Report, { output, markdown, summary, maxSize }: DiffOptions): string {
  if (output !== undefined) return printStructured(reportJson(report), output);
  return markdown ? printMarkdown(report, { summary, maxSize }) : printText(report, paintFor(process.stdout), { summary });
}
