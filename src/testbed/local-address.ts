import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { errors } from '../common/errors';

/** Keeps the address until its stdin closes, which the kernel sees to however this process ends. */
const HOLDER = 'ip address add "$1/32" dev lo && echo added && { exec 2>/dev/null; read -r _; ip address del "$1/32" dev lo; }';
const ATTEMPTS = 20;

/**
 * An IP address that only this machine reaches, of its own and not a loopback address: endpoints refuse those, so that nothing behind a Service could
 * listen on them. It goes when this process ends, in whatever way. Needs Linux, iproute2 and the right to change network interfaces.
 */
export class LocalAddress {
  /** @throws LocalAddressFailed where the system refuses */
  static async claim(): Promise<LocalAddress> {
    for (let attempt = 1; ; attempt++) {
      // 198.18.0.0/15 is for tests of network devices alone (RFC 2544).
      const octet = () => Math.floor(Math.random() * 254) + 1;
      const ip = `198.${18 + (octet() % 2)}.${octet()}.${octet()}`;
      const holder = spawn('sh', ['-c', HOLDER, 'local-address', ip], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
      const complaint = text(holder.stderr);
      const answer = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
      if (Buffer.isBuffer(answer[0])) return new LocalAddress(ip, holder);
      const reason = (await complaint).trim();
      // As the kernel says it, or an older iproute2.
      if (!/already assigned|File exists/.test(reason) || attempt === ATTEMPTS) throw errors.LocalAddressFailed({ reason });
    }
  }

  private constructor(
    readonly ip: string,
    private readonly holder: ChildProcess,
  ) {
    holder.unref();
    for (const stream of holder.stdio) (stream as unknown as { unref(): void } | null)?.unref();
    holder.stdin?.on('error', () => undefined);
  }

  async release(): Promise<void> {
    if (this.holder.exitCode !== null) return;
    this.holder.ref();
    const gone = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await gone;
  }
}
