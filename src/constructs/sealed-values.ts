import { posix } from 'node:path';
import { errors, type FairleadError } from '../common/errors';
import type { Scope } from '../seal/scope';
import type { SealedFile } from '../seal/sealed-file';
import type { SecretTemplate } from '../seal/sealed-secret';
import { declaredKeyProblems, fileMissing, type SealChecks, sealProblems } from '../synth/seal-problems';
import type { SealRequest } from '../synth/seal-request';
import { requestSeal, sealsOf } from '../synth/seal-requests';
import { INLINE, type SealedContent, sealedContent, sealedPath, secretKeys } from '../synth/seal-rules';
import { keyWarnings } from '../synth/seal-warnings';
import { type Read, sealBookOf } from '../synth/seals';
import type { SealedSecret, SealedSecretProps } from './sealed-secret';

/** Values of a sealed secret, from its file or from the program itself. */
export class SealedValues {
  private readonly request: SealRequest;
  private written?: { readonly of: SealedFile; readonly content: SealedContent };

  constructor(
    private readonly secret: SealedSecret,
    private readonly props: SealedSecretProps,
  ) {
    const { layer, namespace, name, node } = secret;
    const place = { cluster: layer.cluster.node.id, layer: layer.node.id, namespace, name };
    this.request = {
      ...place,
      file: props.encryptedData ? INLINE : posix.normalize(props.file ?? sealedPath(place)),
      scope: props.scope as Scope | undefined,
      keys: props.keys,
      template: templateOf(props),
      construct: node.path,
    };
    if (!props.encryptedData) requestSeal(secret, this.request);
  }

  /**
   * What is written of it.
   * @throws FairleadError where there is nothing that can be
   */
  content(): SealedContent {
    const { content, problem } = this.read();
    if (!content) throw problem ?? fileMissing(this.request, this.unused());
    if (this.written?.of === content) return this.written.content;
    const written = sealedContent(content, this.request.template);
    this.written = { of: content, content: written };
    return written;
  }

  /** Undefined where they cannot be read. */
  keys(): readonly string[] | undefined {
    const { content } = this.read();
    return content && secretKeys(content, this.request.template);
  }

  /** @param taken keys that consumers take */
  problems(taken: ReadonlySet<string>): FairleadError[] {
    const { secret, props, request } = this;
    const shown = `${secret.namespace}/${secret.name}`;
    return [
      ...(props.file !== undefined && props.encryptedData ? [errors.SealedTwice({ secret: shown, one: 'file', other: 'encryptedData' })] : []),
      ...(props.sealedWith !== undefined && !props.encryptedData
        ? [errors.SealedTwice({ secret: shown, one: 'sealedWith', other: 'values in a file' })]
        : []),
      ...(isOutside(request.file) ? [errors.SealedFileOutside({ file: request.file, example: sealedPath(request) })] : []),
      ...declaredKeyProblems(props.keys ?? []),
      ...sealProblems(request, this.checks(taken)),
    ];
  }

  warnings(): FairleadError[] {
    const { content } = this.read();
    return content ? keyWarnings(this.request, content, this.certificates()) : [];
  }

  private checks(taken: ReadonlySet<string>): SealChecks {
    return { file: this.read(), certificates: this.certificates(), taken, unused: () => this.unused() };
  }

  private read(): Read<SealedFile> {
    const { encryptedData, sealedWith: key } = this.props;
    if (!encryptedData) return sealBookOf(this.secret)?.fileAt(this.request.file) ?? {};
    const { namespace, name, scope = 'strict' } = this.request;
    const sealedWith = new Map(key === undefined ? [] : Object.keys(encryptedData).map((of) => [of, key]));
    return { content: { namespace, name, scope, encryptedData, sealedWith, template: {}, annotations: {}, labels: {} } };
  }

  private certificates() {
    return sealBookOf(this.secret)?.certificatesOf(this.request.cluster).content;
  }

  private unused() {
    const book = sealBookOf(this.secret);
    const paths = book?.unused(this.request.cluster, () => sealsOf(this.secret.node.root)) ?? [];
    return paths.map((path) => ({ path, file: book?.fileAt(path).content }));
  }
}

function isOutside(file: string): boolean {
  return posix.isAbsolute(file) || file.startsWith('../') || (file !== INLINE && !/\.(?:ya?ml|json)$/.test(file));
}

function templateOf({ type, immutable, template: data, labels, annotations }: SealedSecretProps): SecretTemplate {
  const metadata = (labels ?? annotations) && { ...(labels && { labels }), ...(annotations && { annotations }) };
  return {
    ...(metadata && { metadata }),
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
    ...(data && { data }),
  };
}
