import { describeFileFault } from '../../../common/describe-file-fault';
import { errors } from '../../../common/errors';
import { WorkingTree } from '../../../preview/file-tree';

/**
 * A file of the program as it lies there, from the folder of cdk8s.yaml. Undefined where there is none.
 * @throws SecretFileUnreadable
 */
export async function readCommitted(root: string, path: string): Promise<string | undefined> {
  try {
    return await new WorkingTree(root).read(path);
  } catch (cause) {
    throw errors.SecretFileUnreadable({ file: path, reason: describeFileFault(cause) }, cause);
  }
}
