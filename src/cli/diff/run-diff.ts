import { errors } from '../../common/errors';
import type { ClusterOptions } from '../cluster/connect';
import { withCluster } from '../cluster/with-cluster';
import { paintFor } from '../print/colour';
import { Progress } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { compareParts } from './between/compare-parts';
import { compareSides } from './compare-sides';
import { compareLive } from './live/compare-live';
import { printMarkdown } from './print/print-markdown';
import { printText } from './print/print-text';
import { reportJson } from './print/report-json';
import { exitCodeOf, type Report } from './report';
import { Trees } from './sides/trees';

export interface DiffOptions extends ClusterOptions {
  /** `true` where no name was given. */
  readonly cluster?: string | true;
  readonly mergeBase?: boolean;
  readonly synth: boolean;
  readonly branch?: string;
  readonly between?: readonly string[];
  readonly offline?: boolean;
  readonly summary?: boolean;
  readonly markdown?: boolean;
  readonly maxSize: number;
  readonly output?: OutputFormat;
}

/** Past what progress keeps to itself. */
const SLOW_MS = 1100;

/** Prints what differs and sets the exit code. Errors end in 2, also those that end the program somewhere else. */
export async function runDiff(ref: string | undefined, options: DiffOptions): Promise<void> {
  let code: 0 | 1 | 2 = 2;
  process.once('exit', () => {
    process.exitCode = code;
  });
  const progress = new Progress();
  const waiting = setTimeout(() => progress.tell('comparing…'), SLOW_MS);
  const trees = new Trees(process.cwd(), { ...options, progress: (text) => progress.tell(text) });
  const report = await compare(trees, ref, options).finally(async () => {
    clearTimeout(waiting);
    progress.end();
    await trees.close();
  });
  process.stdout.write(print(report, options));
  code = exitCodeOf(report);
}

async function compare(trees: Trees, ref: string | undefined, options: DiffOptions): Promise<Report> {
  const { between, cluster } = options;
  if (cluster !== undefined) return await withCluster(options, (client) => compareLive(trees, ref, client, cluster === true ? undefined : cluster));
  if (between === undefined) return await compareSides(trees, ref, options);
  const [one, other, more] = between;
  if (other === undefined || more !== undefined) throw errors.TwoPartsNeeded({ count: between.length });
  return await compareParts(trees, ref, [one, other]);
}

function print(report: Report, { output, markdown, summary, maxSize }: DiffOptions): string {
  if (output !== undefined) return printStructured(reportJson(report, { summary }), output);
  return markdown ? printMarkdown(report, { summary, maxSize }) : printText(report, paintFor(process.stdout), { summary });
}
