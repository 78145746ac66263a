import { type ErrorDefinition, errors, FairleadError } from '../common/errors';

/** `metav1.Status` as the API server answers where it refuses. */
export interface Status {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** What the API server refused, with everything it said. */
export class StatusError extends FairleadError {
  /** HTTP status. */
  readonly status: number;
  /** `NotFound`, `Conflict`, `Invalid` and the like; empty where the server gave none. */
  readonly reason: string;
  /** What the server said, without our words. */
  readonly answer: string;
  readonly details: StatusDetails;

  constructor(subject: string, status: number, body: Status | string) {
    const answer = typeof body === 'string' ? body.trim().slice(0, 1000) : (body.message ?? '');
    const reason = typeof body === 'string' ? '' : (body.reason ?? '');
    const { code, detail, remedy } = definitionOf(status, reason)({ subject, message: answer === '' ? `HTTP ${status}` : answer });
    super(code, detail, remedy);
    this.name = 'StatusError';
    this.status = status;
    this.reason = reason;
    this.answer = answer;
    this.details = typeof body === 'string' ? {} : (body.details ?? {});
  }
}

function definitionOf(status: number, reason: string): ErrorDefinition {
  if (reason === 'Expired' || reason === 'Gone') return errors.ApiExpired;
  switch (status) {
    case 401:
      return errors.ApiUnauthorized;
    case 403:
      return errors.ApiForbidden;
    case 404:
      return errors.ApiNotFound;
    case 409:
      return errors.ApiConflict;
    case 410:
      return errors.ApiExpired;
    case 422:
      return errors.ApiInvalid;
    case 429:
      return errors.ApiOverloaded;
    default:
      return status >= 500 ? errors.ApiServerFailed : errors.ApiRejected;
  }
}

const hasStatus = (error: unknown, status: number): error is StatusError => error instanceof StatusError && error.status === status;

export const isNotFound = (error: unknown): error is StatusError => hasStatus(error, 404);
export const isForbidden = (error: unknown): error is StatusError => hasStatus(error, 403);
export const isUnauthorized = (error: unknown): error is StatusError => hasStatus(error, 401);
export const isInvalid = (error: unknown): error is StatusError => hasStatus(error, 422);
/** A resource version is outdated, or another field manager holds a field. */
export const isConflict = (error: unknown): error is StatusError => hasStatus(error, 409) && error.reason !== 'AlreadyExists';
export const isAlreadyExists = (error: unknown): error is StatusError => hasStatus(error, 409) && error.reason === 'AlreadyExists';
/** A list or watch began at a version the server forgot. */
export const isExpired = (error: unknown): error is StatusError => errors.ApiExpired.is(error);
export const isOverloaded = (error: unknown): error is StatusError => hasStatus(error, 429);
/** The object's namespace is being deleted. */
export const isNamespaceTerminating = (error: unknown): error is StatusError =>
  isForbidden(error) && (error.details.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
/** A field that cannot be changed was changed: only deleting and creating again helps. */
export const isImmutable = (error: unknown): error is StatusError =>
  error instanceof StatusError &&
  (error.status === 422 || error.status === 409) &&
  [error.answer, ...(error.details.causes ?? []).map((cause) => cause.message ?? '')].some((text) =>
    /field is immutable|may not (be changed|be updated|change once set)|cannot be changed|updates to .* are forbidden|is immutable after creation/i.test(
      text,
    ),
  );
