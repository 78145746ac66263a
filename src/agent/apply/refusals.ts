import { errors } from '../../common/errors';
import { isForbidden, isImmutable, isNamespaceTerminating, isNotFound, StatusError } from '../../kube/status-error';
import { type ManifestObject, nameOf } from '../../model/object';
import { maskSecret } from '../../objects/mask';

/** ` (apps/podinfo.yaml, document 2)`: where a manifest is to be corrected. */
export function placeOf(manifest: Pick<ManifestObject, 'file' | 'document'>): string {
  if (manifest.file === undefined) return '';
  return manifest.document === undefined || manifest.document === 1 ? ` (${manifest.file})` : ` (${manifest.file}, document ${manifest.document})`;
}

/** What the server said to an apply, in our words: which object, where from, why, and what to do. Never a Secret's values. */
export function explainRefusal(error: unknown, manifest: ManifestObject): Error {
  const said = error instanceof StatusError ? error.answer : error instanceof Error ? error.message : String(error);
  const params = { object: nameOf(manifest), at: placeOf(manifest), reason: maskSecret(said, manifest) };
  // The server's own words would carry what is masked.
  return definitionOf(error)(params);
}

function definitionOf(error: unknown) {
  if (isNamespaceTerminating(error)) return errors.ApplyNamespaceTerminating;
  if (isFieldFixed(error)) return errors.ApplyImmutable;
  if (isNotFound(error) && error.details.kind === 'namespaces') return errors.ApplyNamespaceAbsent;
  if (isForbidden(error) && !/denied the request|ValidatingAdmissionPolicy|violates PodSecurity|exceeded quota/.test(error.answer))
    return errors.ApplyForbidden;
  return error instanceof StatusError && isFinal(error) ? errors.ApplyRefused : errors.ApplyFailed;
}

/** Whether the same bytes would be refused again. What does not fit the schema is a 500 in server-side apply. */
function isFinal({ status, answer }: StatusError): boolean {
  return status < 500 ? status !== 429 : status === 500 && /^failed to create typed patch object|field not declared in schema/.test(answer);
}

/** Whether only deleting and creating again helps: said by the server, a rule of a CRD, or an admission webhook. */
export function isFieldFixed(error: unknown): error is StatusError {
  return isImmutable(error) || (error instanceof StatusError && error.status < 500 && /\bis immutable|immutable field/.test(error.answer));
}
