/** An object as a cluster would get it. Nobody has checked it yet: only what is certain has a type. */
export interface PolicyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    // biome-ignore lint/suspicious/noExplicitAny: policies read fields of any kind
    readonly [field: string]: any;
  };
  // biome-ignore lint/suspicious/noExplicitAny: policies read fields of any kind
  readonly [field: string]: any;
}
