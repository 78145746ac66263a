import { relative } from 'node:path';
import { errors } from '../../../common/errors';
import { assertValid, type SealingCertificate } from '../../../seal/certificate';
import { certificatesPath } from '../../../synth/seal-rules';
import { type TextEdit, writeEdits } from '../../locks/text-edit';
import { printTable } from '../../print/table';
import { warn } from '../../print/warn';
import { certificatesEdit, committedCertificates } from '../certificate/certificate-file';
import { certificatesAt } from '../certificate/certificates-at';
import { withController } from '../controller/with-controller';
import type { PassphraseOptions } from '../input/passphrase';
import { readPrivateKeys } from '../keys/private-keys';
import type { ControllerOptions } from '../options';
import { sealAgain } from '../program/seal-again';
import { clusterOf, isPresent, type PresentTarget, parseTarget, type SealTarget, sealTargets } from '../program/seal-targets';
import { synthesizeAgain } from '../program/synthesize-again';
import { ClusterResealer, KeyResealer } from './resealer';
import { type RotatedFile, rotateFiles } from './rotate-files';

export interface RotateOptions extends ControllerOptions, PassphraseOptions {
  /** Files with private keys: no cluster is asked. */
  readonly key?: readonly string[];
  /** Certificate to seal with, offline. @default - the newest of certs/<cluster>.pem */
  readonly cert?: string;
  /** Seals values anew that are sealed for the newest key already. */
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** `fairlead seal rotate`: seals committed values anew for the newest key and synthesizes. Gives the exit code. */
export async function rotateSeals(names: readonly string[], options: RotateOptions): Promise<number> {
  if (options.cert !== undefined && options.key === undefined) {
    const remedy = 'leave it out, or open the values offline with --key';
    throw errors.SealOptionsConflict({ option: '--cert', other: 'a cluster that seals for its own newest key', remedy });
  }
  const { targets, apps } = await sealTargets(names);
  const present = targets.filter(isPresent);
  const rotation = options.key === undefined ? await byCluster(present, options) : await byKeys(present, options.key, options);
  const isWritten = !options.dryRun && (await write(rotation));
  process.stdout.write(describe(rotation.files, options.dryRun));
  if (isWritten) process.stdout.write(synthesizeAgain(apps));
  return rotation.files.some(({ lost }) => lost.length > 0) ? 1 : 0;
}

/** What is to be written. */
interface Rotation {
  readonly files: readonly RotatedFile[];
  readonly certificates?: TextEdit;
}

async function byCluster(targets: readonly PresentTarget[], options: RotateOptions): Promise<Rotation> {
  const cluster = clusterOf(targets);
  return await withController(options, async (controller) => {
    const { certificates, from } = await controller.certificate();
    const [newest] = certificates;
    assertValid(newest, from, new Date());
    const files = await rotateFiles(targets, () => ({ by: new ClusterResealer(controller), newest }), options);
    // What it sealed meanwhile may be for either key.
    if ((await controller.certificate()).certificates[0].fingerprint !== newest.fingerprint) throw errors.KeyChanged({ from });
    const root = targets[0]?.root;
    if (cluster === undefined || root === undefined || !isProven(files, newest)) return { files };
    return { files, certificates: await certificatesEdit(root, cluster, certificates) };
  });
}

/** That it opens what is committed shows that it is the cluster the files are for, and not another of the kubeconfig. */
function isProven(files: readonly RotatedFile[], { fingerprint }: SealingCertificate): boolean {
  return files.some(({ text, target }) => text !== undefined || [...parseTarget(target).sealedWith.values()].includes(fingerprint));
}

async function byKeys(targets: readonly PresentTarget[], keyFiles: readonly string[], options: RotateOptions): Promise<Rotation> {
  const keys = (await readPrivateKeys(keyFiles, options)).map(({ key }) => key);
  const given = options.cert === undefined ? undefined : (await certificatesAt(options.cert, warn))[0]!;
  const newest = new Map<string, SealingCertificate>();
  for (const { request, root } of targets) {
    if (given !== undefined || request === undefined) continue;
    const [certificate] = await committedCertificates(root!, request.cluster);
    if (certificate === undefined) throw errors.CertificateMissing({ cluster: request.cluster, file: certificatesPath(request.cluster) });
    newest.set(request.cluster, certificate);
  }
  const byCertificate = ({ request }: SealTarget) => {
    const to = given ?? newest.get(request?.cluster ?? '');
    if (to === undefined) throw errors.CertificateNeeded();
    return { by: new KeyResealer(keys, to), newest: to };
  };
  for (const certificate of given === undefined ? newest.values() : [given]) assertValid(certificate, options.cert ?? 'certs', new Date());
  return { files: await rotateFiles(targets, byCertificate, options) };
}

/** Whether there was anything to write. */
async function write({ files, certificates }: Rotation): Promise<boolean> {
  const edits = files.flatMap(({ target, text }) =>
    text === undefined ? [] : { path: relative(process.cwd(), target.file), text, before: target.text },
  );
  await writeEdits(process.cwd(), certificates === undefined ? edits : [...edits, certificates]);
  return edits.length > 0 || certificates !== undefined;
}

function describe(files: readonly RotatedFile[], dryRun = false): string {
  if (files.length === 0) return 'there is no sealed file\n';
  const rows = files.map(({ target, rotated, lost, kept }) => [
    target.path,
    rotated.length === 0 ? '' : rotated.join(', '),
    kept === 0 ? '' : String(kept),
    lost.join(', '),
  ]);
  const table = printTable(['file', dryRun ? 'would be rotated' : 'rotated', 'kept', 'cannot be opened'], rows);
  const again = files.filter(({ lost }) => lost.length > 0).map(({ target, lost }) => `  ${sealAgain(target, lost)}\n`);
  return again.length === 0 ? table : `${table}\nto be made anew:\n${again.join('')}`;
}
