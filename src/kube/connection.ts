/** How to reach one API server, and as whom. */
export interface Connection {
  readonly server: URL;
  readonly tls: ServerTrust;
  /** Namespace of the context; what is namespaced and names none goes there. */
  readonly namespace?: string;
  /** What proves who we are, now. Cheap while nothing expired. */
  credentials(): Promise<Credentials>;
  /** The server refused the credentials: get new ones next time. */
  refused(): void;
}

export interface ServerTrust {
  /** PEM. @default the system's authorities */
  readonly ca?: string;
  /** Name the server's certificate must have. @default the host of `server` */
  readonly serverName?: string;
  /** @default false */
  readonly insecure?: boolean;
}

export interface Credentials {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** Client certificate and key, PEM. The same object as long as they did not change. */
  readonly certificate?: ClientCertificate;
}

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}
