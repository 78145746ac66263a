/**
 * Every error the product can raise, in one table. A message names the thing and the cause; the remedy is the next step.
 * `docs/errors.md` is generated from it.
 *
 * FL1 source · FL2 synth · FL3 build, apply, prune · FL4 Helm · FL5 Kubernetes API and runtime · FL6 engine · FL7 command line · FL9 test bed
 */
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

function define(code: string, message: string, remedy: string): ErrorDefinition {
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

export const errors = {
  SourceAuthFailed: define('FL1003', 'cannot authenticate to {url}', 'check secret {secret}: username and password, bearerToken, or identity and known_hosts'),
  ReleaseNameTaken: define('FL2007', 'release {release} in namespace {namespace} is defined twice: {first} and {second}', 'rename one of them'),
};
