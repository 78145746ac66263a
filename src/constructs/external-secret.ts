import { ApiObject, Chart, type Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { Brand } from './brand';
import { type IDependency, type ObjectReference, SECRET } from './dependency';
import { durationText } from './duration-text';
import { kindScope } from './kind-scope';
import { Layer } from './layer';
import { isMap, mergeMaps } from './maps';
import { nameFromPath } from './names';
import { type ISecret, type SecretKey, secretKey, secretNameOf } from './secret';

/** Where External Secrets Operator takes values from. */
export class SecretStore {
  /** A SecretStore of the same namespace. */
  public static named(name: string): SecretStore {
    return new SecretStore('SecretStore', name);
  }

  /** A ClusterSecretStore. */
  public static cluster(name: string): SecretStore {
    return new SecretStore('ClusterSecretStore', name);
  }

  private constructor(
    private readonly kind: string,
    private readonly name: string,
  ) {}

  /** @internal */
  get _reference(): object {
    return { kind: this.kind, name: this.name };
  }
}

/** Where a value is in a store. */
export interface RemoteKey {
  /** Name of the secret there. */
  readonly key: string;

  /**
   * Property of it.
   * @default - all of it
   */
  readonly property?: string;

  /**
   * Version of it.
   * @default - the newest
   */
  readonly version?: string;
}

/** What an external secret is made with. */
export interface ExternalSecretProps {
  /** Where its values come from. */
  readonly store: SecretStore;

  /**
   * Its values: keys of the Secret, and where they are in the store.
   * @default - those that `spec.dataFrom` brings
   */
  readonly keys?: { readonly [key: string]: RemoteKey };

  /**
   * How often values are read anew.
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;

  /**
   * Fields of the ExternalSecret's spec, merged over what the other properties say.
   * @see https://external-secrets.io/latest/api/externalsecret/
   * @default - none
   */
  readonly spec?: { readonly [field: string]: unknown };
}

const KIND = 'ExternalSecret';

const brand = new Brand<ExternalSecret>(KIND);

/**
 * A Secret whose values External Secrets Operator, which the cluster must run, takes from a store.
 * @see https://external-secrets.io
 */
export class ExternalSecret extends Construct implements ISecret {
  /** Whether a value is an external secret, of whichever copy of this package. */
  public static isExternalSecret(value: unknown): value is ExternalSecret {
    return brand.isOn(value);
  }

  /** The layer it is applied with. */
  public readonly layer: Layer;

  /** Name of the ExternalSecret object. */
  public readonly name: string;

  /** Namespace of both. */
  public readonly namespace: string;

  /** Name of the Secret as a token: whatever it stands in is found, and waits for the Secret. */
  public readonly secretName: string;

  /** The Secret it makes. */
  public readonly reference: Required<ObjectReference>;

  /** @internal */
  public readonly _dependencies: readonly IDependency[] = [];

  private readonly keys: readonly string[] | undefined;

  constructor(scope: Construct, id: string, props: ExternalSecretProps) {
    super(kindScope(scope, KIND), id);
    brand.mark(this);
    this.layer = Layer.of(this);
    this.name = nameFromPath(this);
    this.namespace = Chart.of(this).namespace ?? '';
    const spec = mergeMaps(
      {
        secretStoreRef: props.store._reference,
        refreshInterval: props.refreshInterval ? durationText(props.refreshInterval) : '1h',
        target: { name: this.name },
        data: props.keys && Object.entries(props.keys).map(([key, remoteRef]) => ({ secretKey: key, remoteRef })),
      },
      props.spec,
    );
    const target = isMap(spec.target) ? spec.target : {};
    const secret = typeof target.name === 'string' ? target.name : this.name;
    // Keys that the store or a template brings are known to the cluster alone.
    const hasMore = spec.dataFrom || target.template || props.spec?.data;
    this.keys = hasMore ? undefined : props.keys && Object.keys(props.keys);
    this.reference = { kind: SECRET, namespace: this.namespace, name: secret };
    this.secretName = secretNameOf({
      dependency: this,
      name: secret,
      namespace: this.namespace,
      cluster: this.layer.cluster.node.id,
      keys: () => this.keys,
    });
    new ApiObject(this, 'Resource', { apiVersion: 'external-secrets.io/v1', kind: KIND, metadata: { name: this.name }, spec });
  }

  /**
   * One of its values.
   * @throws FairleadError where it is known to have no such key
   */
  public key(key: string): SecretKey {
    return secretKey(this, key, `${this.namespace}/${this.reference.name}`, this.keys);
  }
}
