/** Builders that hide the time write the epoch, or 1980 as buildpacks do. Nothing older is an image. */
const EARLIEST = Date.UTC(1980, 0, 2);
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

type Texts = Readonly<Record<string, unknown>>;

/** Everything of an image that may say when it was built. */
export interface BuildMarks {
  /** Of the config. */
  readonly created?: unknown;
  /** Of the config. */
  readonly labels?: Texts | null;
  /** Of the manifest, then of the index. */
  readonly annotations: readonly (Texts | null | undefined)[];
}

/**
 * When an image was built: the config's `created`, else `org.opencontainers.image.created` as label or annotation, else the older
 * `org.label-schema.build-date`. Undefined where none of them says so.
 */
export function createdOf({ created, labels, annotations }: BuildMarks): Date | undefined {
  const marks = [labels, ...annotations];
  const said = [created, ...['org.opencontainers.image.created', 'org.label-schema.build-date'].flatMap((key) => marks.map((mark) => mark?.[key]))];
  for (const text of said) {
    const time = parseTime(text);
    if (time !== undefined) return time;
  }
  return undefined;
}

function parseTime(text: unknown): Date | undefined {
  if (typeof text !== 'string' || !TIME.test(text)) return undefined;
  const time = Date.parse(text);
  return time >= EARLIEST ? new Date(time) : undefined;
}
