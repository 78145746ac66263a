/** A Secret whose name is a token. */
export interface NamedSecret {
  /** Whose readiness tells that it is there. */
  readonly dependency: { readonly reference: { readonly kind: string; readonly namespace?: string; readonly name: string } };
  readonly name: string;
  /** @default - that of whatever uses it */
  readonly namespace?: string;
  /** Id of its cluster. @default - that of whatever uses it */
  readonly cluster?: string;
  /** Keys it will have. Undefined where only the cluster knows. */
  keys(): readonly string[] | undefined;
}
