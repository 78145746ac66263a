import { errors, type FairleadError } from '../../../common/errors';
import type { SealedFile } from '../../../seal/sealed-file';
import type { SealRequest } from '../../../synth/seal-request';
import { Progress } from '../../print/progress';
import { type OutputFormat, printStructured } from '../../print/structured';
import { printTable } from '../../print/table';
import { withController } from '../controller/with-controller';
import type { PassphraseOptions } from '../input/passphrase';
import { readPrivateKeys } from '../keys/private-keys';
import type { ControllerOptions } from '../options';
import { sealAgain } from '../program/seal-again';
import { clusterOf, isPresent, parseTarget, type SealTarget, sealTargets } from '../program/seal-targets';
import { ClusterOpener, KeyOpener, type LostKeys, type Opener } from './opener';

export interface VerifyOptions extends ControllerOptions, PassphraseOptions {
  /** Files with private keys: no cluster is asked. */
  readonly key?: readonly string[];
  /** Looks at each value and says what must be made anew. */
  readonly lost?: boolean;
  readonly output?: OutputFormat;
}

/** What is known of a file. */
export interface VerifiedFile {
  readonly file: string;
  /** `namespace/name` */
  readonly secret?: string;
  readonly result: 'opens' | 'lost' | 'missing' | 'unreadable' | 'unknown';
  /** Keys whose values must be made anew; none of `lost` where only the whole file was looked at. */
  readonly lost?: readonly string[];
  /** Why it is unreadable or unknown. */
  readonly reason?: string;
  /** The command that seals them. */
  readonly command?: string;
}

/** `fairlead seal verify`: whether the cluster, or keys from files, open what is committed. Gives the exit code. */
export async function verifySeals(names: readonly string[], options: VerifyOptions): Promise<number> {
  const { targets } = await sealTargets(names);
  const results = await withOpener(targets, options, async (opener) => {
    const progress = new Progress();
    const verified: VerifiedFile[] = [];
    for (const target of targets) {
      progress.tell(`${target.path}: ${verified.length} of ${targets.length} files done`);
      verified.push(await verify(target, opener, options.lost));
    }
    progress.end();
    return verified;
  });
  process.stdout.write(options.output === undefined ? describe(results, options.lost) : printStructured(results, options.output));
  return results.every(({ result }) => result === 'opens') ? 0 : 1;
}

async function withOpener<T>(targets: readonly SealTarget[], options: VerifyOptions, work: (opener: Opener) => Promise<T>): Promise<T> {
  if (options.key !== undefined) {
    const keys = await readPrivateKeys(options.key, options);
    return await work(new KeyOpener(keys.map(({ key }) => key)));
  }
  clusterOf(targets);
  return await withController(options, (controller) => work(new ClusterOpener(controller)));
}

async function verify(target: SealTarget, opener: Opener, thorough = false): Promise<VerifiedFile> {
  const { path, request } = target;
  if (!isPresent(target)) {
    const lost = request?.keys ?? [];
    return { file: path, secret: `${request!.namespace}/${request!.name}`, result: 'missing', lost, command: sealAgain(target, lost) };
  }
  try {
    const file = parseTarget(target);
    const secret = `${file.namespace}/${file.name}`;
    const lost = together(await opener.lost(file, thorough), neverSealed(file, request));
    if (lost.length === 0) return { file: path, secret, result: 'opens' };
    return { file: path, secret, result: 'lost', ...explained(target, lost) };
  } catch (error) {
    if (errors.ControllerRefused.is(error)) return { file: path, result: 'unknown', reason: (error as FairleadError).detail };
    if (errors.SealedFileInvalid.is(error)) return { file: path, result: 'unreadable', reason: (error as FairleadError).detail };
    throw error;
  }
}

/** Keys the program asks for that are neither in the file nor made by a template. */
function neverSealed({ encryptedData, template }: SealedFile, request: SealRequest | undefined): readonly string[] {
  const known = { ...template.data, ...request?.template.data, ...encryptedData };
  return (request?.keys ?? []).filter((key) => !Object.hasOwn(known, key));
}

function together(lost: LostKeys, others: readonly string[]): LostKeys {
  return lost === 'some' ? lost : [...lost, ...others];
}

function explained(target: SealTarget, lost: LostKeys): Pick<VerifiedFile, 'lost' | 'command'> {
  if (lost === 'some') return {};
  return { lost: [...lost].sort(), command: sealAgain(target, lost) };
}

function describe(results: readonly VerifiedFile[], thorough = false): string {
  if (results.length === 0) return 'the program takes no values from sealed files\n';
  const rows = results.map(({ file, secret = '', result, lost, reason }) => [file, secret, wordsFor(result, lost), reason ?? '']);
  const lines = [printTable(['file', 'secret', 'result', ''], rows)];
  const again = results.flatMap(({ command }) => command ?? []);
  if (again.length > 0) lines.push(`\nto be made anew:\n${again.map((command) => `  ${command}\n`).join('')}`);
  if (!thorough && results.some(({ result, lost }) => result === 'lost' && lost === undefined)) {
    lines.push('\nwhich values they are, and how to make them anew: fairlead seal verify --lost\n');
  }
  return lines.join('');
}

function wordsFor(result: VerifiedFile['result'], lost: readonly string[] | undefined): string {
  switch (result) {
    case 'opens':
      return 'opens';
    case 'lost':
      return lost === undefined ? 'cannot be opened' : `lost: ${lost.join(', ')}`;
    case 'missing':
      return 'is not there';
    case 'unreadable':
      return 'cannot be read';
    case 'unknown':
      return 'not known';
  }
}
