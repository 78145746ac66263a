/** Values of charts/podinfo. */
export interface PodinfoValues {
  /** Pods to run. With `hpa.enabled` this is the least the autoscaler goes down to. */
  readonly replicaCount?: number;

  readonly image?: {
    /** Without tag. */
    readonly repository?: string;
    readonly tag?: string;
    readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  };

  /** Autoscaling. */
  readonly hpa?: {
    readonly enabled?: boolean;
    /** Pods at most. */
    readonly maxReplicas?: number;
    /** CPU to aim at, in percent of what a Pod requests. Absent: CPU is not looked at. */
    readonly cpu?: number;
    /** Memory per Pod to aim at, such as `128Mi`. Absent: memory is not looked at. */
    readonly memory?: string;
  };

  readonly ui?: {
    /** Background of the page, such as `#34577c`. */
    readonly color?: string;
    /** Greeting on the page. */
    readonly message?: string;
  };

  readonly basicAuth?: {
    /** Name of a Secret with the keys `user` and `password`, which visitors have to give. Absent: everybody may look. */
    readonly existingSecret?: string;
  };

  readonly service?: {
    readonly type?: 'ClusterIP' | 'LoadBalancer' | 'NodePort';
    readonly port?: number;
  };

  readonly resources?: {
    readonly requests?: { readonly cpu?: string; readonly memory?: string };
    readonly limits?: { readonly cpu?: string; readonly memory?: string };
  };
}
