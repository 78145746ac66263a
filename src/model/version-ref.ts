/** An image or a chart at one version, as one line says it: `docker.io/stefanprodan/podinfo:6.7.1@sha256:…`. */
export interface VersionRef {
  /** Without scheme, as people write it: `docker.io/stefanprodan/podinfo`, `charts.bitnami.com/bitnami/external-dns`. */
  readonly name: string;
  /** Tag of the image, version of the chart. */
  readonly tag: string;
  /** `sha256:<hex>`. Of an image its manifest's, of a chart in an HTTP repository its archive's. */
  readonly digest?: string;
}

// A port has a slash after it, so the last colon before the digest begins the tag.
const REFERENCE = /^([^\s@]+):([^\s:@/]+)(?:@(sha256:[0-9a-f]{64}))?$/;

export function printRef({ name, tag, digest }: VersionRef): string {
  return digest === undefined || digest === '' ? `${name}:${tag}` : `${name}:${tag}@${digest}`;
}

/** Undefined for what is no such reference. */
export function parseRef(text: string): VersionRef | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, name, tag, digest] = match;
  return digest === undefined ? { name, tag } : { name, tag, digest };
}

export function sameRef(a: VersionRef, b: VersionRef): boolean {
  return printRef(a) === printRef(b);
}
