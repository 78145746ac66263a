/** An error people can act on: what happened to which thing, why, and what to do next. */
export class FairleadError extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    /** What to do next. */
    readonly remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${code}: ${detail}`, options);
    this.name = 'FairleadError';
  }
}

type Params = Readonly<Record<string, string | number>>;

export interface ErrorDefinition {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** The error for these particulars. */
  (params?: Params, cause?: unknown): FairleadError;
  /** Whether an error is of this definition. */
  is(error: unknown): error is FairleadError;
}

/** One row of the table of errors. Words in braces stand for particulars. */
export function define(code: string, message: string, remedy: string): ErrorDefinition {
  const make = (params: Params = {}, cause?: unknown) => new FairleadError(code, fill(message, params), fill(remedy, params), { cause });
  return Object.assign(make, {
    code,
    message,
    remedy,
    is: (error: unknown): error is FairleadError => error instanceof FairleadError && error.code === code,
  });
}

function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}
