import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { errors } from '../common/errors';
import type { ClientCertificate, Connection, Credentials } from './connection';
import { ExecCredential } from './exec-credential';
import { TokenFile } from './token-file';

export interface KubeconfigOptions {
  /** @default the file's `current-context` */
  readonly context?: string;
  /** Whether commands and files of this machine may be used. False for kubeconfigs that come from a Secret. @default true */
  readonly trusted?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** The connection a kubeconfig file describes, as kubectl would read it. */
export function readKubeconfig(file: string, options: KubeconfigOptions = {}): Connection {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw errors.KubeconfigUnreadable({ file, cause: (error as Error).message }, error);
  }
  return parseKubeconfig(text, file, options);
}

/** The same from text. `file` names it in messages; relative paths start at its folder. */
export function parseKubeconfig(text: string, file: string, options: KubeconfigOptions = {}): Connection {
  return new Parser(file, options.trusted ?? true).connection(text, options.context);
}

class Parser {
  constructor(
    private readonly file: string,
    private readonly trusted: boolean,
  ) {}

  connection(text: string, contextName?: string): Connection {
    const config = this.parse(text);
    const name = contextName ?? string(config['current-context']);
    if (name === undefined || name === '') throw this.invalid('it has no current-context');
    const context = this.named(config.contexts, name, 'context');
    const cluster = this.named(config.clusters, this.required(context.cluster, `context ${name} names no cluster`), 'cluster');
    const user = string(context.user) ? this.named(config.users, string(context.user)!, 'user') : {};
    if (cluster['proxy-url']) throw this.unsupported('proxy-url', 'reach the server directly, or through a forwarded port');

    const insecure = cluster['insecure-skip-tls-verify'] === true;
    const ca = this.content(cluster, 'certificate-authority');
    const server = this.server(this.required(cluster.server, `cluster of context ${name} has no server`));
    return {
      server,
      tls: { ca, insecure, serverName: string(cluster['tls-server-name']) },
      namespace: string(context.namespace),
      ...this.identity(user, { server: server.href, 'certificate-authority-data': ca && Buffer.from(ca).toString('base64') }),
    };
  }

  private parse(text: string): Fields {
    let config: unknown;
    try {
      config = load(text);
    } catch (error) {
      throw this.invalid(`it is not YAML (${(error as { reason?: string }).reason ?? 'syntax error'})`); // the message would quote the text
    }
    if (typeof config !== 'object' || config === null) throw this.invalid('it is empty');
    return config as Fields;
  }

  private identity(user: Fields, cluster: object): Pick<Connection, 'credentials' | 'refused'> {
    const certificate = this.certificate(user);
    const fixed = (credentials: Credentials) => ({ credentials: () => Promise.resolve(credentials), refused: () => {} });

    if (string(user.token)) return fixed({ authorization: `Bearer ${string(user.token)}`, certificate });
    if (string(user.tokenFile)) {
      const token = new TokenFile(this.path(string(user.tokenFile)!));
      return { credentials: async () => ({ authorization: `Bearer ${await token.read()}`, certificate }), refused: () => token.forget() };
    }
    if (string(user.username)) {
      const basic = Buffer.from(`${string(user.username)}:${string(user.password) ?? ''}`).toString('base64');
      return fixed({ authorization: `Basic ${basic}`, certificate });
    }
    if (user.exec) return this.plugin(user.exec as Fields, cluster);
    if (user['auth-provider']) throw this.unsupported('auth-provider', 'use the exec plugin of your provider; kubectl dropped auth-provider too');
    return fixed({ certificate });
  }

  private plugin(exec: Fields, cluster: object): Pick<Connection, 'credentials' | 'refused'> {
    if (!this.trusted) throw this.unsupported('exec', 'give a token or a client certificate instead');
    const command = this.required(exec.command, 'exec names no command');
    const env = Object.fromEntries(((exec.env ?? []) as { name: string; value: string }[]).map(({ name, value }) => [name, value]));
    const plugin = new ExecCredential({
      apiVersion: string(exec.apiVersion) ?? 'client.authentication.k8s.io/v1',
      command: command.includes('/') ? resolve(dirname(this.file), command) : command,
      args: ((exec.args ?? []) as unknown[]).map(String),
      env,
      cluster: exec.provideClusterInfo === true ? cluster : undefined,
      installHint: string(exec.installHint),
    });
    return { credentials: () => plugin.credentials(), refused: () => plugin.refused() };
  }

  private certificate(user: Fields): ClientCertificate | undefined {
    const cert = this.content(user, 'client-certificate');
    const key = this.content(user, 'client-key');
    if ((cert === undefined) !== (key === undefined)) throw this.invalid('client certificate and key must be given together');
    return cert === undefined ? undefined : { cert, key: key! };
  }

  /** `<field>-data`, else the file named by `<field>`. */
  private content(fields: Fields, field: string): string | undefined {
    const inline = string(fields[`${field}-data`]);
    if (inline) return Buffer.from(inline, 'base64').toString('utf8');
    const named = string(fields[field]);
    if (!named) return undefined;
    const path = this.path(named);
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw this.invalid(`cannot read ${field} ${path}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }

  private path(named: string): string {
    if (!this.trusted) throw this.unsupported('a file of this machine', 'put certificates and tokens inline');
    return resolve(dirname(this.file), named);
  }

  private server(text: string): URL {
    const address = text.includes('://') ? text : `https://${text}`;
    if (!/^https?:/.test(address) || !URL.canParse(address)) throw this.invalid(`server ${text} is not an http or https address`);
    return new URL(address);
  }

  private named(list: unknown, name: string, what: 'context' | 'cluster' | 'user'): Fields {
    const entry = (Array.isArray(list) ? list : []).find((candidate: Fields) => candidate?.name === name) as Fields | undefined;
    if (entry === undefined) throw this.invalid(`it has no ${what} ${name}`);
    return (entry[what] ?? {}) as Fields;
  }

  private required(value: unknown, complaint: string): string {
    const text = string(value);
    if (text === undefined || text === '') throw this.invalid(complaint);
    return text;
  }

  private invalid(cause: string): Error {
    return errors.KubeconfigInvalid({ file: this.file, cause });
  }

  private unsupported(feature: string, remedy: string): Error {
    return errors.KubeconfigUnsupported({ file: this.file, feature, remedy });
  }
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
