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

/** What the distribution specification takes for a tag. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** A tag, or a version of a chart, which may have a `+` besides: nothing that a reader of YAML or of an image's name misreads. */
export function isTagOrVersion(text: string): boolean {
  return /^\w[\w.+-]{0,127}$/.test(text);
}

/** How locks and policies name a chart: the address of its repository without scheme and credentials, then the chart. */
export function chartName(url: string, chart: string): string {
  return `${url.replace(/^[a-z]+:\/\/(?:[^/@]*@)?/, '').replace(/\/+$/, '')}/${chart}`;
}

export function sameRef(a: VersionRef, b: VersionRef): boolean {
  return printRef(a) === printRef(b);
}
