import { relative, resolve } from 'node:path';
import type { SealingCertificate } from '../../../seal/certificate';
import { certificatesPath } from '../../../synth/seal-rules';
import type { TextEdit } from '../../locks/text-edit';
import { committedCertificates, pemOf, withOlder } from './certificate-file';

/** The file of a cluster's certificates with new ones before those it has; undefined where nothing of it changes. The path is from here. */
export async function certificatesEdit(root: string, cluster: string, fresh: readonly SealingCertificate[]): Promise<TextEdit | undefined> {
  const known = await committedCertificates(root, cluster);
  const text = pemOf(withOlder(fresh, known));
  return text === pemOf(known) ? undefined : { path: relative(process.cwd(), resolve(root, certificatesPath(cluster))), text };
}
