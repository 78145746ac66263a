import { Construct } from 'constructs';
import { Brand } from './brand';

const brand = new Brand<KindScope>('KindScope');

/** Holds constructs of one kind, so that two kinds may use the same ids, as names do in Kubernetes. */
class KindScope extends Construct {
  constructor(scope: Construct, kind: string) {
    super(scope, kind);
    brand.mark(this);
  }
}

/** The scope of a kind under `scope`. */
export function kindScope(scope: Construct, kind: string): Construct {
  const there = scope.node.tryFindChild(kind);
  return brand.isOn(there) ? there : new KindScope(scope, kind);
}

export function isKindScope(construct: unknown): boolean {
  return brand.isOn(construct);
}
