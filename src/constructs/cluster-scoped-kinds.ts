import type { ApiObject, IResolver, ResolutionContext } from 'cdk8s';
import { isClusterScoped, isNamespaced } from '../model/kind-scopes';

/** Keeps namespaces off objects that are in none: cdk8s stamps that of the chart on everything. */
export class ClusterScopedKinds implements IResolver {
  private readonly more: ReadonlySet<string>;

  /** @param more kinds besides the known ones, as `group/Kind` */
  constructor(more: readonly string[] = []) {
    this.more = new Set(more);
  }

  has({ apiGroup, kind }: ApiObject): boolean {
    return isClusterScoped({ group: groupOf(apiGroup), kind }) || this.more.has(`${apiGroup}/${kind}`);
  }

  /** Whether a kind is known to be in a namespace. Of other custom resources only the cluster knows. */
  needsNamespace(object: ApiObject): boolean {
    return isNamespaced({ group: groupOf(object.apiGroup), kind: object.kind }) && !this.has(object);
  }

  resolve(context: ResolutionContext): void {
    // Metadata is resolved by itself, before the rest.
    if (context.key.length === 1 && context.key[0] === 'namespace' && this.has(context.obj)) context.replaceValue(undefined);
  }
}

/** cdk8s calls the group without a name `core`. */
function groupOf(apiGroup: string): string {
  return apiGroup === 'core' ? '' : apiGroup;
}
