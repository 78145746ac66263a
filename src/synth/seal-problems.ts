import { basename, dirname } from 'node:path/posix';
import { errors, type FairleadError } from '../common/errors';
import type { SealingCertificate } from '../seal/certificate';
import { isSecretKey, type SealedFile } from '../seal/sealed-file';
import { templateRefusal } from '../seal/template-rules';
import { resealCommand, sealCommand } from './seal-commands';
import type { SealRequest } from './seal-request';
import { certificatesPath, secretKeys, secretTemplate } from './seal-rules';
import { valueFault } from './seal-values';
import type { Read } from './seals';

/** What a sealed file is checked against. */
export interface SealChecks {
  readonly file: Read<SealedFile>;
  readonly certificates: readonly SealingCertificate[] | undefined;
  /** Keys that consumers take, where the program does not declare which there are. */
  readonly taken: ReadonlySet<string>;
  /** Sealed files of the cluster that no construct takes values from. */
  readonly unused: () => readonly { readonly path: string; readonly file: SealedFile | undefined }[];
}

/** What keeps a Secret from being made of its sealed file. */
export function sealProblems(request: SealRequest, { file: { content, problem }, certificates, taken, unused }: SealChecks): FairleadError[] {
  if (problem) return [problem];
  if (!content) return [fileMissing(request, unused())];
  return [
    ...placeProblems(request, content),
    ...valueProblems(request, content, certificates),
    ...keyProblems(request, content, taken),
    ...templateProblems(request, content),
  ];
}

/** That there is no sealed file, and how to get one. */
export function fileMissing(request: SealRequest, unused: ReturnType<SealChecks['unused']>): FairleadError {
  const { file, namespace, name, keys } = request;
  const near = [
    ...unused.filter(({ path, file: other }) => other && dirname(path) === dirname(file)),
    ...unused.filter(({ path, file: other }) => other && basename(path) === basename(file)),
  ];
  const renamed = near.find(({ file: other }) => keys?.every((key) => other!.encryptedData[key] !== undefined)) ?? near[0];
  const secret = `${namespace}/${name}`;
  if (!renamed) return errors.SealedFileMissing({ file, secret, hint: '', remedy: `seal its values: ${sealCommand(request)}` });
  const opensHere = fits(request, renamed.file!);
  return errors.SealedFileMissing({
    file,
    secret,
    hint: `; ${renamed.path} belongs to no construct, and opens ${opensHere ? 'here too' : `as ${renamed.file!.namespace}/${renamed.file!.name} alone`}`,
    remedy: opensHere
      ? `after a rename: git mv ${renamed.path} ${file}; else seal its values: ${sealCommand(request)}`
      : `after a rename seal them anew, while the old Secret is there: ${resealCommand(request, renamed.file!)}; else: ${sealCommand(request)}`,
  });
}

/** Whether values of a file open under the name and in the namespace that a construct has. */
function fits({ namespace, name }: SealRequest, file: SealedFile): boolean {
  if (file.scope === 'cluster-wide') return true;
  return file.namespace === namespace && (file.scope === 'namespace-wide' || file.name === name);
}

function placeProblems(request: SealRequest, sealed: SealedFile): FairleadError[] {
  const { file, namespace, name, scope } = request;
  const problems: FairleadError[] = [];
  if (!fits(request, sealed)) {
    const there = `${sealed.namespace}/${sealed.name}`;
    const here = `${namespace}/${name}`;
    problems.push(errors.SealedElsewhere({ file, there, here, scope: sealed.scope, command: resealCommand(request, sealed) }));
  }
  if (scope !== undefined && scope !== sealed.scope) {
    const command = sealCommand(request, Object.keys(sealed.encryptedData));
    problems.push(errors.SealedScopeDiffers({ file, there: sealed.scope, here: scope, command }));
  }
  return problems;
}

function valueProblems(request: SealRequest, { encryptedData, sealedWith }: SealedFile, certificates: readonly SealingCertificate[] | undefined) {
  const { file, cluster } = request;
  const problems: FairleadError[] = [];
  const foreign = new Map<string, string[]>();
  for (const [key, text] of Object.entries(encryptedData)) {
    const fingerprint = sealedWith.get(key);
    const certificate = certificates?.find((one) => one.fingerprint === fingerprint);
    const reason = valueFault(text, certificate);
    if (reason !== undefined) problems.push(errors.SealedValueInvalid({ key, file, reason, command: sealCommand(request, [key]) }));
    else if (fingerprint !== undefined && certificates && !certificate) foreign.set(fingerprint, [...(foreign.get(fingerprint) ?? []), key]);
  }
  for (const [fingerprint, keys] of foreign) {
    const command = sealCommand(request, keys);
    problems.push(
      errors.SealedForForeignKey({ keys: keys.join(', '), file, fingerprint, cluster, certificates: certificatesPath(cluster), command }),
    );
  }
  return problems;
}

function keyProblems(request: SealRequest, sealed: SealedFile, taken: ReadonlySet<string>): FairleadError[] {
  const { file, keys = [], namespace, name } = request;
  const there = secretKeys(sealed, request.template);
  if (there.length === 0) return [errors.SealedFileEmpty({ file, command: sealCommand(request) })];
  const missing = keys.filter((key) => !there.includes(key));
  return [
    ...(missing.length > 0 ? [errors.SealedKeysMissing({ file, keys: missing.join(', '), command: sealCommand(request, missing) })] : []),
    ...[...taken]
      .filter((key) => !there.includes(key))
      .map((key) => errors.SecretKeyUnknown({ secret: `${namespace}/${name}`, key, keys: there.join(', ') })),
  ];
}

function templateProblems({ namespace, name, template, file }: SealRequest, sealed: SealedFile): FairleadError[] {
  const reason = templateRefusal(name, secretTemplate(sealed, template));
  if (reason === undefined) return [];
  const from = templateRefusal(name, template) === undefined ? file : 'the program';
  return [errors.SecretTemplateRefused({ secret: `${namespace}/${name}`, reason, from })];
}

/** Declared keys that no Secret can have. */
export function declaredKeyProblems(keys: readonly string[]): FairleadError[] {
  return keys.filter((key) => !isSecretKey(key)).map((key) => errors.SecretKeyInvalid({ key: JSON.stringify(key) }));
}

/** What is wrong with the sealed files of an app taken together. */
export function sealsTwice(requests: readonly SealRequest[]): FairleadError[] {
  const firsts = new Map<string, SealRequest>();
  return requests.flatMap((request) => {
    const { file, construct } = request;
    const first = firsts.get(file);
    if (!first) firsts.set(file, request);
    return first ? [errors.SealedFileTwice({ file, first: first.construct, second: construct })] : [];
  });
}
