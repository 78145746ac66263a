import { withCluster } from '../cluster/with-cluster';
import type { LiveOptions } from '../live/options';
import { type OutputFormat, printStructured } from '../print/structured';
import { agentIdentities } from './public-key';

/** What `fairlead identity` prints: keys on lines of their own, so that they can be piped; where they belong beside them. */
export async function printIdentity(options: LiveOptions & { readonly output?: OutputFormat }): Promise<string> {
  const identities = await withCluster(options, (client) => agentIdentities(client, options.agentNamespace));
  if (options.output !== undefined) return printStructured(identities, options.output);
  for (const { url, addAt } of identities) process.stderr.write(`for ${url}, to be added at ${addAt}:\n`);
  return identities.map(({ publicKey }) => `${publicKey}\n`).join('');
}
