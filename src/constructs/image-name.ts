import { errors, type FairleadError } from '../common/errors';

const HOST = /^(?:localhost|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d+)?$/i;
const PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
export const TAG = /^\w[\w.-]{0,127}$/;

/** What keeps a text from naming an image repository, `host/path` or `path` alone. */
export function imageNameProblems(repository: string): FairleadError[] {
  const reason = reasonAgainst(repository);
  return reason === undefined ? [] : [errors.ImageRepositoryInvalid({ repository, reason })];
}

function reasonAgainst(repository: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(repository)) return 'it has a scheme';
  if (repository.includes('@')) return 'it has a digest';
  const parts = repository.split('/');
  if (parts.at(-1)!.includes(':')) return 'it has a tag';
  const [first] = parts;
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  if (hasHost && !HOST.test(first)) return `${first} is no host`;
  const wrong = parts.slice(hasHost ? 1 : 0).find((part) => !PART.test(part));
  return wrong === undefined ? undefined : `"${wrong}" may have lower case letters and digits, with dots, dashes and underscores between them`;
}

/** Part of an object's name for a repository: `docker.io-stefanprodan-podinfo`. */
export function imageObjectName(repository: string): string {
  return repository
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}
