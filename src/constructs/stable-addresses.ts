import { createHash } from 'node:crypto';
import { ApiObject, type IResolver, Names, type ResolutionContext } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** Label by which cdk8s-plus finds the Pods of a workload. */
const ADDRESS_LABEL = 'cdk8s.io/metadata.addr';
const MAX_LENGTH = 63;

/**
 * Gives workloads of cdk8s-plus readable addresses, in labels and selectors alike: `deployment.web` in place of a hash over the construct's
 * path. An address depends on the object alone, as a selector can never be changed: moving or renaming the construct keeps it.
 */
export class StableAddresses implements IResolver {
  private readonly byHash = new Map<string, string>();
  private constructs = 0;

  resolve(context: ResolutionContext): void {
    if (context.key.at(-1) !== ADDRESS_LABEL || typeof context.value !== 'string') return;
    const address = this.byHash.get(context.value) ?? this.lookAgain(context.obj.node.root).get(context.value);
    if (address !== undefined && address !== context.value) context.replaceValue(address);
  }

  private lookAgain(root: IConstruct): ReadonlyMap<string, string> {
    const constructs = root.node.findAll();
    if (constructs.length === this.constructs) return this.byHash;
    this.constructs = constructs.length;
    for (const object of constructs) {
      const workload = object.node.scope;
      if (workload && object.node.id === 'Resource' && ApiObject.isApiObject(object))
        this.byHash.set(Names.toLabelValue(workload), addressOf(object));
    }
    return this.byHash;
  }
}

function addressOf({ kind, name }: ApiObject): string {
  const address = `${kind.toLowerCase()}.${name}`;
  if (address.length <= MAX_LENGTH) return address;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${address.slice(0, MAX_LENGTH - hash.length - 1).replace(/[^a-z0-9]+$/, '')}-${hash}`;
}
