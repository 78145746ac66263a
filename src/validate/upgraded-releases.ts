import { kindOf, type Manifest, metadataOf } from './manifest';

/** What releases make of the version of Kubernetes to go to, beside what they make of the cluster's own. */
export class UpgradedReleases {
  private readonly made: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param upgraded by the name of the release; what is not in it makes the same of both */
  constructor(private readonly upgraded: ReadonlyMap<string, readonly Manifest[]> = new Map()) {
    this.made = new Map([...upgraded].map(([name, manifests]) => [name, new Set(manifests.map(keyOf))]));
  }

  /** Whether an object is there in the version to go to, and of the same API. */
  keeps(manifest: Manifest): boolean {
    return this.made.get(manifest.release?.name ?? '')?.has(keyOf(manifest)) ?? true;
  }

  /** What is there in the version to go to alone. */
  added(own: readonly Manifest[]): Manifest[] {
    const before = new Set(own.map(({ release, ...manifest }) => `${release?.name} ${keyOf(manifest)}`));
    return [...this.upgraded].flatMap(([name, manifests]) => manifests.filter((one) => !before.has(`${name} ${keyOf(one)}`)));
  }
}

function keyOf({ object }: Manifest): string {
  const { namespace, name } = metadataOf(object);
  return `${kindOf(object)} ${namespace}/${name}`;
}
