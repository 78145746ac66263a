import { errors, FairleadError } from '../../../common/errors';
import { assertValid, type SealingCertificate } from '../../../seal/certificate';
import type { SealedFile } from '../../../seal/sealed-file';
import { certificatesPath } from '../../../synth/seal-rules';
import { loadApps } from '../../load/load-app';
import { writeEdits } from '../../locks/text-edit';
import { warn } from '../../print/warn';
import { fetchCertificate, withController } from '../controller/with-controller';
import type { ControllerOptions } from '../options';
import { isPresent, parseTarget, sealsIn, targetsOf } from '../program/seal-targets';
import { type SelectedCluster, selectCluster } from '../program/select-cluster';
import { certificatesEdit, committedCertificates, pemOf } from './certificate-file';
import { certificatesAt } from './certificates-at';

export interface CertOptions extends ControllerOptions {
  readonly cert?: string;
  readonly print?: boolean;
  readonly force?: boolean;
}

/** Files that a cluster is asked to open before its key is believed to be its own. */
const MOST_TRIALS = 10;

/** A sealed file of the program as it lies there. */
interface CommittedSeal {
  readonly path: string;
  readonly file: SealedFile;
}

/** Certificates with where they came from, for messages. */
interface Given {
  readonly certificates: readonly SealingCertificate[];
  readonly from: string;
}

/** Writes the certificate that a cluster gives, before those of its older keys, or prints it. Gives the exit code. */
export async function runCert(name: string | undefined, options: CertOptions): Promise<number> {
  if (options.print) {
    process.stdout.write(pemOf((await given(options)).certificates));
    return 0;
  }
  const apps = await loadApps(process.cwd());
  const selected = selectCluster(apps, name);
  const { cluster, root } = selected;
  const fresh = await given(options);
  assertValid(fresh.certificates[0]!, fresh.from, new Date());

  const known = await committedCertificates(root, cluster);
  const targets = await targetsOf(sealsIn(apps).filter((seal) => seal.cluster === cluster));
  const seals = targets.filter(isPresent).map((target) => ({ path: target.path, file: parseTarget(target) }));
  if (!options.force) await assertOfCluster(fresh, known, seals, selected, options);
  const edit = await certificatesEdit(root, cluster, fresh.certificates);
  if (edit) await writeEdits(process.cwd(), [edit]);
  process.stdout.write(describe(cluster, fresh, known, edit !== undefined) + describeOld(cluster, fresh.certificates[0]!, seals));
  return 0;
}

async function given(options: CertOptions): Promise<Given> {
  if (options.cert === undefined) return await fetchCertificate(options);
  return { certificates: await certificatesAt(options.cert, warn), from: options.cert };
}

/** A key nobody here knows is the cluster's where the cluster opens what was sealed for it, or where somebody said where it comes from. */
async function assertOfCluster(
  { certificates, from }: Given,
  known: readonly SealingCertificate[],
  seals: readonly CommittedSeal[],
  { cluster, others, root }: SelectedCluster,
  options: CertOptions,
): Promise<void> {
  const { fingerprint } = certificates[0]!;
  const isIn = (all: readonly SealingCertificate[]) => all.some((one) => one.fingerprint === fingerprint);
  if (isIn(known)) return;
  for (const other of others) {
    if (isIn(await committedCertificates(root, other))) throw errors.CertificateOfOther({ from, fingerprint, cluster, other });
  }
  if (known.length === 0 || options.cert !== undefined) return;
  const reason = await whyUnproven(seals, options);
  if (reason !== undefined) throw errors.CertificateNotKnown({ from, fingerprint, cluster, known: known[0]!.fingerprint, reason });
}

/** Any file that it opens will do: values of others may be lost. */
async function whyUnproven(seals: readonly CommittedSeal[], options: CertOptions): Promise<string | undefined> {
  const trials = seals.filter(({ file }) => Object.keys(file.encryptedData).length > 0).slice(0, MOST_TRIALS);
  if (trials.length === 0) return 'no file is sealed for the cluster that it could open';
  try {
    return await withController(options, async (controller) => {
      for (const { file } of trials) if (await controller.opens(file)) return undefined;
      return `it cannot open ${trials.map(({ path }) => path).join(', ')}`;
    });
  } catch (error) {
    if (error instanceof FairleadError) return `whether it opens ${trials[0]!.path} could not be asked: ${error.message}`;
    throw error;
  }
}

function describe(cluster: string, { certificates, from }: Given, known: readonly SealingCertificate[], isChanged: boolean): string {
  const { fingerprint, notAfter } = certificates[0]!;
  const lines = [
    `${certificatesPath(cluster)}: ${isChanged ? 'wrote' : 'unchanged'}, from ${from}`,
    `  seals for ${fingerprint}, until ${day(notAfter)}`,
  ];
  const before = known[0];
  if (before !== undefined && before.fingerprint !== fingerprint) lines.push(`  before    ${before.fingerprint}, kept after it as an older key`);
  return `${lines.join('\n')}\n`;
}

function describeOld(cluster: string, { fingerprint }: SealingCertificate, seals: readonly CommittedSeal[]): string {
  const old = seals.filter(({ file }) => Object.keys(file.encryptedData).some((key) => file.sealedWith.get(key) !== fingerprint));
  if (old.length === 0) return '';
  return `${old.length} ${old.length === 1 ? 'file is' : 'files are'} sealed for other keys: fairlead seal rotate ${cluster}\n`;
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
