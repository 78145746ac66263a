import { connect } from 'node:net';
import { HttpListeners } from '../../../../src/agent/runtime/http';
import { Metrics } from '../../../../src/agent/runtime/metrics';
import type { Component } from '../../../../src/agent/runtime/types';
import { type SealedSecretsServerOptions, type ServingRuntime, serveSealedSecrets } from '../../../../src/agent/secrets/http/server';
import { ValueOpener } from '../../../../src/agent/secrets/unseal/open-values';
import type { RawKubeClient } from '../../../../src/kube/client';
import { createEngine } from '../../../../src/render/engine';
import { createSealingKey } from '../../../../src/seal/create-key';
import { keySecret } from '../../../../src/seal/key-secret';
import { annotationsFor, labelFor, type Scope } from '../../../../src/seal/scope';
import { sealValue } from '../../../../src/seal/sealed-value';
import { parseSealingKey, type SealingKey } from '../../../../src/seal/sealing-key';

export const PLAINTEXT = 's3cr3t-Pl4int3xt';

export async function sealingKey(name: string): Promise<SealingKey> {
  return parseSealingKey(keySecret(await createSealingKey({ bits: 2048 }), { namespace: 'kube-system', name }));
}

export interface WorldOptions extends Partial<Pick<SealedSecretsServerOptions, 'address' | 'trustedProxies' | 'limits' | 'rates'>> {
  readonly keys: readonly SealingKey[];
  readonly client: object;
  readonly standing?: { readonly isActive: boolean; readonly reason?: string };
  readonly leading?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** The API alone, with keys and a client that a test gives it, and an ear on all it says. */
export class SealedApi {
  readonly metrics = new Metrics();
  readonly said: string[] = [];
  address = '';
  private readonly http = new HttpListeners();
  private readonly unsealer = new ValueOpener();
  private readonly engine = createEngine();
  private readonly components: Component[] = [];

  constructor({ keys, client, standing = { isActive: true }, leading = true, ...options }: WorldOptions) {
    const say = (message: string, fields?: object) => void this.said.push(`${message} ${JSON.stringify(fields)}`);
    const own = ('as' in client ? client : { ...client, as: () => client }) as RawKubeClient;
    const { http, metrics } = this;
    const log = { debug: say, info: say, warn: say, error: say, with: () => log };
    const component = (one: Component) => void this.components.push(one);
    const runtime: ServingRuntime = { http, metrics, log, leading, component, clusters: { own } };
    const nothing = () => undefined;
    serveSealedSecrets(runtime, {
      address: '127.0.0.1:0',
      trustedProxies: [],
      ring: { keys, subscribe: nothing },
      standing: { ...standing, subscribe: nothing },
      unsealer: this.unsealer,
      engine: this.engine,
      ...options,
    });
  }

  async start(): Promise<this> {
    for (const component of this.components) await component.start(new AbortController().signal);
    this.address = /"address":"([^"]+)"/.exec(this.said.at(-1)!)![1]!;
    return this;
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.unsealer.close();
    await this.engine.close();
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://${this.address}${path}`, init);
    const answer = { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    this.said.push(`${JSON.stringify([...response.headers])} ${answer.text}`);
    return answer;
  }

  post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers });
  }

  /** Bytes on a bare connection, and all that comes back until the other side closes it. */
  raw(...parts: readonly (string | Buffer)[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const colon = this.address.lastIndexOf(':');
      const socket = connect(Number(this.address.slice(colon + 1)), this.address.slice(0, colon));
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString();
      });
      // Who closes while something is under way to it resets the connection, after its answer.
      socket.on('error', (error) => answer === '' && reject(error)).on('close', () => resolve(answer));
      for (const part of parts) socket.write(part);
    });
  }
}

export interface SealedOptions {
  readonly scope?: Scope;
  readonly namespace?: string;
  readonly name?: string;
}

/** One text for each key, sealed. */
export function sealed(key: SealingKey, values: Readonly<Record<string, string>>, options: SealedOptions = {}): Record<string, string> {
  const { scope = 'strict', namespace = 'dev', name = 'db' } = options;
  const label = labelFor(scope, namespace, name);
  return Object.fromEntries(Object.entries(values).map(([of, value]) => [of, sealValue(Buffer.from(value), key.publicKey, label)]));
}

export function manifest(encryptedData: Readonly<Record<string, string>>, options: SealedOptions = {}) {
  const { scope = 'strict', namespace = 'dev', name = 'db' } = options;
  return {
    kind: 'SealedSecret',
    apiVersion: 'bitnami.com/v1alpha1',
    metadata: { name, namespace, creationTimestamp: null, annotations: { ...annotationsFor(scope) } as Record<string, string> },
    spec: { template: { metadata: { name, namespace, creationTimestamp: null } as Record<string, unknown>, type: 'Opaque' }, encryptedData },
  };
}
