import { errors, FairleadError } from '../common/errors';

interface Problem {
  readonly path: string;
  readonly text: string;
}

/** Collects what is wrong with an app, so that people see all of it at once. */
export class Problems {
  private readonly found: Problem[] = [];

  get any(): boolean {
    return this.found.length > 0;
  }

  /** `path` is the construct's; empty where no construct is at fault. */
  add(path: string, problem: FairleadError | string): void {
    const text = problem instanceof FairleadError ? `${problem.code} ${problem.detail}\n      ${problem.remedy}` : problem;
    this.found.push({ path, text });
  }

  /** @throws FairleadError with every problem, if there is one. */
  throwIfAny(): void {
    if (!this.any) return;
    const problems = this.found.map(({ path, text }) => `  ${path === '' ? '' : `[${path}] `}${text}`).join('\n');
    throw errors.SynthFailed({ count: this.found.length === 1 ? '1 problem' : `${this.found.length} problems`, problems });
  }
}
