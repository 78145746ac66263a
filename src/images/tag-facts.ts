/** What was learnt of a tag from the registry. */
export interface TagFacts {
  /** Of the image it points at. */
  readonly digest: string;
  /** When that was built. Absent: the image does not say. */
  readonly created?: Date;
  /** Whether the tag was ever seen on another image. */
  readonly moved: boolean;
}

/** Undefined for tags not looked at yet. */
export type Known = (tag: string) => TagFacts | undefined;
