import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a reader does: runs a script, or changes lines of a file. */
export type Step =
  | { readonly does: 'run'; readonly script: string }
  | { readonly does: 'edit'; readonly file: string; readonly before: string; readonly after: string };

export interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** What a document has its readers do: blocks of `sh`, and of `diff` with the name of a file, under its headings. */
export function sectionsOf(markdown: string): readonly Section[] {
  return markdown
    .split(/^##? /m)
    .slice(1)
    .map((text) => ({ title: text.slice(0, text.indexOf('\n')), steps: stepsIn(text) }))
    .filter(({ steps }) => steps.length > 0);
}

function stepsIn(text: string): Step[] {
  return [...text.matchAll(/^```(sh|diff) ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, language, file, body]) => {
    if (language === 'sh') return { does: 'run', script: body };
    const lines = (sign: string) =>
      body
        .split('\n')
        .filter((line) => line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    return { does: 'edit', file, before: lines('-'), after: lines('+') };
  });
}

/** Somebody who follows a document: in one shell, whose folder and variables stay from step to step. */
export class Reader {
  private readonly state: string;

  /** @param given what the reader fills in for himself: values of variables that the document exports */
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly given: Readonly<Record<string, string>>,
  ) {
    this.state = join(folder, '.shell');
  }

  /** Gives what was printed. Throws where a step does not end as it should. */
  async follow(step: Step): Promise<string> {
    return step.does === 'run' ? this.run(step.script) : this.edit(step);
  }

  private async run(script: string): Promise<string> {
    const filled = script.replace(/^export (\w+)=.*$/gm, (line, name: string) =>
      name in this.given ? `export ${name}='${this.given[name]}'` : line,
    );
    const before = existsSync(this.state) ? `. '${this.state}'\n` : '';
    const after = `{ export -p; printf 'cd %q\\n' "$PWD"; } > '${this.state}'`;
    const { status, printed } = await shell(`${before}set -e\n${filled}\n${after}`, { cwd: this.folder, env: this.env });
    // Something differs, and the document says so.
    const expected = /fairlead diff/.test(script) ? 1 : 0;
    if (status !== expected) throw new Error(`${script} ended with ${status}:\n${printed}`);
    return printed;
  }

  private edit({ file, before, after }: Extract<Step, { does: 'edit' }>): string {
    const path = join(this.workingFolder(), file);
    const text = readFileSync(path, 'utf8');
    const filled = after.replace(/\$([A-Z]+)/g, (variable, name: string) => this.given[name] ?? variable);
    if (text.split(before).length !== 2) throw new Error(`${file} has not once:\n${before}`);
    writeFileSync(
      path,
      text.replace(before, () => filled),
    );
    return '';
  }

  workingFolder(): string {
    return /^cd (.*)$/m.exec(readFileSync(this.state, 'utf8').split('\n').at(-2)!)![1];
  }
}

const MOST_MS = 300_000;

function shell(
  script: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly status: number | null; readonly printed: string }> {
  return new Promise((done, fail) => {
    const child = spawn('bash', ['--norc', '-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_MS });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed += String(chunk);
      });
    }
    child.once('error', fail);
    child.once('close', (status) => done({ status, printed }));
  });
}
