import { errors } from '../../common/errors';
import { projectAt } from '../locks/project';
import { Sandbox } from './sandbox';
import { recordFile } from './sandbox-record';

/** `fairlead sandbox down`. */
export async function runDown(): Promise<void> {
  const sandbox = await found();
  await sandbox.end();
  process.stdout.write(`the sandbox of cluster ${sandbox.record.cluster} is gone\n`);
}

/** @throws SandboxMissing */
export async function found(): Promise<Sandbox> {
  const { root } = projectAt(process.cwd());
  const sandbox = await Sandbox.find(await recordFile(root));
  if (sandbox === undefined) throw errors.SandboxMissing({ root });
  return sandbox;
}
