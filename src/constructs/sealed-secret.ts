import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { kinds } from '../model/kinds';
import { apiVersionOf } from '../model/object';
import { warnOf } from '../synth/warnings';
import { Brand } from './brand';
import type { IDependency, ObjectReference } from './dependency';
import { kindScope } from './kind-scope';
import { Layer } from './layer';
import { nameFromPath } from './names';
import { SealedValues } from './sealed-values';
import { type ISecret, type SecretKey, secretKey, secretNameOf } from './secret';
import { validate } from './validation';

/**
 * Where sealed values can be opened.
 * @see https://github.com/bitnami-labs/sealed-secrets#scopes
 */
export enum SealedScope {
  /** Under their Secret's name, in its namespace. */
  STRICT = 'strict',

  /** Under any name in their Secret's namespace. */
  NAMESPACE_WIDE = 'namespace-wide',

  /** Anywhere in the cluster. */
  CLUSTER_WIDE = 'cluster-wide',
}

/** What a sealed secret is made with. */
export interface SealedSecretProps {
  /**
   * Keys it must have.
   * @default - those that are sealed
   */
  readonly keys?: readonly string[];

  /**
   * The sealed file, YAML or JSON, from the folder of cdk8s.yaml. `fairlead seal` writes it.
   * @default - `secrets/<cluster>/<layer>/<name>.yaml`, or `<layer>/<namespace>/<name>.yaml` where the namespace is not called as the layer is
   */
  readonly file?: string;

  /**
   * Sealed values by key, in place of a file, as `fairlead seal --raw` or `kubeseal --raw` prints them. Not to be given with `file`.
   * @default - those of the file
   */
  readonly encryptedData?: { readonly [key: string]: string };

  /**
   * Fingerprint of the key that all of `encryptedData` was sealed for, such as `SHA256:…`, which `fairlead seal cert` shows. Synth compares it with the
   * cluster's certificates, and the agent tries that key first.
   * @default - unknown, of which synth warns; in a file `fairlead seal` records it
   */
  readonly sealedWith?: string;

  /**
   * Where its values can be opened.
   * @default - that of the file; of `encryptedData` and of a new file SealedScope.STRICT
   */
  readonly scope?: SealedScope;

  /**
   * Type of the Secret.
   * @see https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
   * @default - that of the file, else 'Opaque'
   */
  readonly type?: string;

  /**
   * Values that are made of others, as Go templates over the opened ones.
   * @see https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets
   * @default - those of the file
   */
  readonly template?: { readonly [key: string]: string };

  /**
   * Labels of the Secret.
   * @default - those of the file
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Annotations of the Secret.
   * @default - those of the file
   */
  readonly annotations?: { readonly [key: string]: string };

  /**
   * Whether the Secret can never be changed.
   * @see https://kubernetes.io/docs/concepts/configuration/secret/#secret-immutable
   * @default - as in the file, else false
   */
  readonly immutable?: boolean;
}

const brand = new Brand<SealedSecret>('SealedSecret');

/**
 * A Secret whose values are in the repository, sealed for the cluster, which alone can open them. Synth checks them, and never seals. Metadata of the
 * SealedSecret object itself, and whatever else it can say, goes through `ApiObject.of`.
 * @see https://github.com/bitnami-labs/sealed-secrets
 */
export class SealedSecret extends Construct implements ISecret {
  /** Whether a value is a sealed secret, of whichever copy of this package. */
  public static isSealedSecret(value: unknown): value is SealedSecret {
    return brand.isOn(value);
  }

  /** The layer it is applied with. */
  public readonly layer: Layer;

  /** Name of the Secret and of its SealedSecret object. */
  public readonly name: string;

  /** Namespace of both. */
  public readonly namespace: string;

  /** Its name as a token: whatever it stands in is found, and waits for the Secret. */
  public readonly secretName: string;

  /** Its SealedSecret object. */
  public readonly reference: Required<ObjectReference>;

  /** @internal */
  public readonly _dependencies: readonly IDependency[] = [];

  private readonly values: SealedValues;
  private readonly taken = new Set<string>();
  private readonly declared?: readonly string[];

  constructor(scope: Construct, id: string, props: SealedSecretProps = {}) {
    super(kindScope(scope, kinds.SealedSecret.kind), id);
    brand.mark(this);
    this.layer = Layer.of(this);
    this.name = nameFromPath(this);
    this.namespace = Chart.of(this).namespace ?? '';
    this.reference = { kind: kinds.SealedSecret.kind, namespace: this.namespace, name: this.name };
    this.values = new SealedValues(this, props);
    const keys = props.keys ?? (props.encryptedData && Object.keys(props.encryptedData));
    this.declared = keys && [...new Set([...keys, ...Object.keys(props.template ?? {})])];
    this.secretName = secretNameOf({
      dependency: this,
      name: this.name,
      namespace: this.namespace,
      cluster: this.layer.cluster.node.id,
      keys: () => this.declared ?? this.values.keys(),
    });
    new SealedObject(this, this.values);
    validate(this, () => this.values.problems(this.taken));
    warnOf(this, () => this.values.warnings());
  }

  /**
   * One of its values.
   * @throws FairleadError where its keys are declared, and it is none of them
   */
  public key(key: string): SecretKey {
    const found = secretKey(this, key, `${this.namespace}/${this.name}`, this.declared);
    this.taken.add(key);
    return found;
  }
}

/** Takes what it holds from the sealed file when it is written, so that a program whose file is still missing can be asked which one it is. */
class SealedObject extends ApiObject {
  constructor(
    scope: SealedSecret,
    private readonly values: SealedValues,
  ) {
    const spec = Lazy.any({ produce: () => values.content().spec });
    super(scope, 'Resource', { apiVersion: apiVersionOf(kinds.SealedSecret), kind: kinds.SealedSecret.kind, metadata: { name: scope.name }, spec });
  }

  override toJson(): object {
    const object = super.toJson();
    const { labels, annotations } = this.values.content();
    return { ...object, metadata: under(object.metadata, { annotations, labels }) };
  }
}

type Texts = { readonly [key: string]: string };

/** What the program says comes before what the file says. Sorted as all of an object is. */
function under(metadata: { readonly [field: string]: unknown }, file: { readonly [field: string]: Texts }): object {
  const merged: { [field: string]: unknown } = { ...metadata };
  for (const [field, texts] of Object.entries(file)) {
    const all: Texts = { ...texts, ...(metadata[field] as Texts | undefined) };
    if (Object.keys(all).length > 0) merged[field] = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
}
