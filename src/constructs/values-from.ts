import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type ISecret, isSecret } from './secret';

/** How to take values from a ConfigMap or Secret. */
export interface ValuesFromOptions {
  /**
   * Key that holds the values.
   * @default 'values.yaml'
   */
  readonly key?: string;

  /**
   * Path in the values where the key's text goes, as with `helm --set`. Without, the key holds a YAML map.
   * @default - the root
   */
  readonly targetPath?: string;

  /**
   * Whether the release goes on without it.
   * @default false
   */
  readonly optional?: boolean;
}

// As Flux says it.
const DEFAULT_KEY = 'values.yaml';

/** Values of a release that the cluster has. They are under those written in the release. */
export class ValuesFrom {
  /** @param configMap name, or the construct that makes it; in the release's namespace */
  public static configMap(configMap: string | IConstruct, options: ValuesFromOptions = {}): ValuesFrom {
    return new ValuesFrom('ConfigMap', configMap, options);
  }

  /**
   * @param secret name, or what makes it; in the release's namespace
   * @throws FairleadError where the secret is known to lack the key
   */
  public static secret(secret: string | IConstruct | ISecret, options: ValuesFromOptions = {}): ValuesFrom {
    if (!isSecret(secret)) return new ValuesFrom('Secret', secret, options);
    const { key = DEFAULT_KEY, optional = false } = options;
    return new ValuesFrom('Secret', optional ? secret.secretName : secret.key(key).secretName, options);
  }

  private readonly fields: { readonly [field: string]: unknown };

  private constructor(
    kind: string,
    private readonly of: string | IConstruct,
    { key, targetPath, optional }: ValuesFromOptions,
  ) {
    this.fields = { kind, name: typeof of === 'string' ? of : ApiObject.of(of).name, valuesKey: key, targetPath, optional };
  }

  /** The construct it was made with. @internal */
  get _construct(): IConstruct | undefined {
    return typeof this.of === 'string' ? undefined : this.of;
  }

  /** As `spec.valuesFrom` of a HelmRelease says it. @internal */
  get _spec(): { readonly [field: string]: unknown } {
    return this.fields;
  }
}
