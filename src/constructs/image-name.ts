import { errors, type FairleadError } from '../common/errors';
import { readImageName } from '../model/image-name';

/** Of each part between slashes, by the distribution specification; registries take more, but nodes pull no such image. */
const PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/** What keeps a text from naming an image repository, `host/path` or `path` alone. */
export function imageNameProblems(repository: string): FairleadError[] {
  const reason = reasonAgainst(repository);
  return reason === undefined ? [] : [errors.ImageRepositoryInvalid({ repository, reason })];
}

function reasonAgainst(repository: string): string | undefined {
  const read = readImageName(repository);
  if ('reason' in read) return read.reason;
  const wrong = read.path.split('/').find((part) => !PART.test(part));
  return wrong === undefined ? undefined : `"${wrong}" may have lower case letters and digits, with dots, dashes and underscores between them`;
}

/** Part of an object's name for a repository: `docker.io-stefanprodan-podinfo`. */
export function imageObjectName(repository: string): string {
  return repository
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}
