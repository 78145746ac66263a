/** What names a source, across API versions. */
export interface SourceRef {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}
