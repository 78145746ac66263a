import { execFile } from 'node:child_process';
import { errors } from '../common/errors';
import type { ClientCertificate, Credentials } from './connection';

/** `user.exec` of a kubeconfig. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Told to the plugin where it asks for it. */
  readonly cluster?: object;
  /** Shown where the command is missing. */
  readonly installHint?: string;
}

/** New credentials are fetched this long before the old ones expire. */
const EARLY_MS = 30_000;
const TIMEOUT_MS = 60_000;

/** Credentials that an external command prints, kept until they expire or are refused. */
export class ExecCredential {
  private current: { credentials: Credentials; expires: number } | undefined;
  private running: Promise<Credentials> | undefined;

  constructor(
    private readonly plugin: ExecPlugin,
    private readonly now: () => number = Date.now,
  ) {}

  async credentials(): Promise<Credentials> {
    if (this.current !== undefined && this.now() < this.current.expires - EARLY_MS) return this.current.credentials;
    this.running ??= this.fetch().finally(() => {
      this.running = undefined;
    });
    return await this.running;
  }

  refused(): void {
    this.current = undefined;
  }

  private async fetch(): Promise<Credentials> {
    const text = await this.run();
    const { status } = this.parse(text);
    if (!status?.token && !status?.clientCertificateData) throw this.failed('it printed neither a token nor a client certificate');
    const certificate = sameAs(this.current?.credentials.certificate, status.clientCertificateData, status.clientKeyData);
    const credentials: Credentials = { authorization: status.token ? `Bearer ${status.token}` : undefined, certificate };
    const expires = status.expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(status.expirationTimestamp);
    this.current = { credentials, expires };
    return credentials;
  }

  private parse(text: string): { status?: { token?: string; clientCertificateData?: string; clientKeyData?: string; expirationTimestamp?: string } } {
    try {
      return JSON.parse(text);
    } catch {
      throw this.failed('what it printed is not JSON'); // never quoted: it may hold a token
    }
  }

  private run(): Promise<string> {
    const info = { apiVersion: this.plugin.apiVersion, kind: 'ExecCredential', spec: { interactive: false, cluster: this.plugin.cluster } };
    const env = { ...process.env, ...this.plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    return new Promise((resolve, reject) => {
      execFile(this.plugin.command, [...this.plugin.args], { env, timeout: TIMEOUT_MS, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const missing = error.code === 'ENOENT' && this.plugin.installHint ? ` ${this.plugin.installHint}` : '';
        reject(this.failed(`${stderr.trim().slice(0, 500) || error.code || 'no answer'}${missing}`));
      });
    });
  }

  private failed(cause: string): Error {
    return errors.ExecCredentialFailed({ command: this.plugin.command, cause });
  }
}

function sameAs(known: ClientCertificate | undefined, cert: string | undefined, key: string | undefined): ClientCertificate | undefined {
  if (cert === undefined || key === undefined) return undefined;
  return known?.cert === cert && known.key === key ? known : { cert, key };
}
