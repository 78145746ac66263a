import type { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { placementOf } from './placement';

/** A namespace that people own. */
export interface OwnedNamespace {
  readonly cluster: string;
  readonly layer: string;
  readonly namespace: string;
  /** As the Git provider writes them: `@acme/eevee`. */
  readonly owners: readonly string[];
}

// A registered symbol, so that two copies of the package in one program agree.
const OWNERS = Symbol.for('fairlead.Owners');

type Owned = IConstruct & { [OWNERS]?: Pick<OwnedNamespace, 'namespace' | 'owners'> };

/** Says who reviews changes of the namespace that a scope owns. */
export function setOwners(scope: IConstruct, namespace: string, owners: readonly string[]): void {
  Object.defineProperty(scope, OWNERS, { value: { namespace, owners }, configurable: true });
}

/** The namespaces of an app that have owners, in the order of their folders. */
export function ownedNamespaces(app: App): readonly OwnedNamespace[] {
  const found = app.node.findAll().flatMap((construct) => {
    const owned = (construct as Owned)[OWNERS];
    const placement = placementOf(construct);
    return owned === undefined || placement === undefined || owned.owners.length === 0 ? [] : [{ ...placement, ...owned }];
  });
  const key = ({ cluster, layer, namespace }: OwnedNamespace) => `${cluster}/${layer}/${namespace}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
