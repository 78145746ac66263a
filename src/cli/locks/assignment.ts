import { errors } from '../../common/errors';
import { isTagOrVersion, parseRef, type VersionRef } from '../../model/version-ref';

/** `<name>=<version>[@sha256:…]` as people give it. */
export interface Assignment {
  readonly name: string;
  /** Of an unnamed image or chart. */
  readonly version: Omit<VersionRef, 'name'>;
}

/** @throws AssignmentInvalid */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  const version = equals < 1 ? undefined : parseVersion(text.slice(equals + 1));
  if (version === undefined) throw errors.AssignmentInvalid({ text });
  return { name: text.slice(0, equals), version };
}

/** `6.7.1` or `6.7.1@sha256:…`; undefined for what is no tag and no version. */
export function parseVersion(text: string): Omit<VersionRef, 'name'> | undefined {
  const ref = parseRef(`any:${text}`);
  if (ref === undefined || !isTagOrVersion(ref.tag)) return undefined;
  return ref.digest === undefined ? { tag: ref.tag } : { tag: ref.tag, digest: ref.digest };
}

/** `6.7.1`, or `6.7.1@sha256:1f2e3d4c…` as a table shows it. */
export function shortVersion({ tag, digest }: Omit<VersionRef, 'name'>): string {
  return digest === undefined ? tag : `${tag}@${digest.slice(0, 15)}…`;
}
