import { Worker } from 'node:worker_threads';
import type { SealedValue } from '../../../seal/sealed-value';
import { OAEP } from '../../../seal/sealed-value';
import type { SealingKey } from '../../../seal/sealing-key';

type SessionKey = Pick<SealedValue, 'sessionKey'>;

/** A session key, and the key that opened it. */
export interface OpenedSessionKey {
  readonly openedWith: string;
  readonly sessionKey: Uint8Array;
}

interface Pending {
  readonly resolve: (opened: OpenedSessionKey | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Given as text, since what runs from sources and what runs compiled would have to find different files. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
const { privateDecrypt } = require('node:crypto');
const privateKeys = new Map();

function open({ sealed, options, fingerprints }) {
  for (const openedWith of fingerprints) {
    try {
      return { openedWith, sessionKey: privateDecrypt({ ...options, key: privateKeys.get(openedWith) }, sealed) };
    } catch {}
  }
}

parentPort.on('message', (asked) => {
  for (const [fingerprint, key] of asked.newKeys) privateKeys.set(fingerprint, key);
  parentPort.postMessage({ id: asked.id, opened: open(asked) });
});
`;

/** Nobody asked for so long: the thread ends, and the private keys in it go. */
const IDLE_MS = 5_000;

/** Four milliseconds a try, which the event loop has not got. One thread, there while it is needed. */
export class RsaThread {
  private worker: Worker | undefined;
  /** Fingerprints of keys the thread has. */
  private given = new Set<string>();
  private readonly pending = new Map<number, Pending>();
  private asked = 0;
  private idle: NodeJS.Timeout | undefined;

  /** The session key of a value by the first of the keys that opens it. Undefined: none of them does. */
  open({ sessionKey }: SessionKey, label: Buffer, keys: readonly SealingKey[]): Promise<OpenedSessionKey | undefined> {
    clearTimeout(this.idle);
    const worker = this.running();
    const fresh = keys.filter(({ fingerprint }) => !this.given.has(fingerprint));
    for (const { fingerprint } of fresh) this.given.add(fingerprint);
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({
        id,
        sealed: Uint8Array.from(sessionKey),
        options: { ...OAEP, oaepLabel: Uint8Array.from(label) },
        fingerprints: keys.map(({ fingerprint }) => fingerprint),
        newKeys: fresh.map(({ fingerprint, privateKey }) => [fingerprint, privateKey] as const),
      });
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const worker = this.worker;
    this.forget(worker, new Error('the thread that opens sealed values is closed'));
    await worker?.terminate();
  }

  private running(): Worker {
    const worker = this.worker ?? this.begin();
    worker.ref();
    return worker;
  }

  private begin(): Worker {
    const worker = new Worker(THREAD, { eval: true, execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: 32 } });
    this.worker = worker;
    worker.on('message', ({ id, opened }: { id: number; opened?: OpenedSessionKey }) => {
      const pending = this.pending.get(id);
      this.pending.delete(id);
      pending?.resolve(opened);
      if (this.pending.size === 0) this.rest(worker);
    });
    worker.on('error', (error) => this.forget(worker, error));
    worker.on('exit', () => this.forget(worker, new Error('the thread that opens sealed values has ended')));
    return worker;
  }

  private rest(worker: Worker): void {
    worker.unref();
    this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  /** Whoever waits for this thread waits in vain. */
  private forget(worker: Worker | undefined, error: Error): void {
    if (worker === undefined || this.worker !== worker) return;
    this.worker = undefined;
    this.given = new Set();
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
