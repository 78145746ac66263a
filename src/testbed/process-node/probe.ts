import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe } from './pod';

/** Whether a program answers as its probe asks: only HTTP probes are played. */
async function succeeds(probe: Probe, container: Container, ip: string): Promise<boolean> {
  const { path = '/', port } = probe.httpGet!;
  const number = typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;
  try {
    const answer = await fetch(`http://${ip}:${number}${path}`, {
      signal: AbortSignal.timeout((probe.timeoutSeconds ?? 1) * 1000),
      redirect: 'manual',
    });
    await answer.arrayBuffer();
    return answer.status >= 200 && answer.status < 400;
  } catch {
    return false;
  }
}

/** Asks again and again until the signal aborts; tells each time the answer of the last few, as many as the thresholds say, is a new one. */
export async function watchProbe(
  probe: Probe,
  container: Container,
  ip: string,
  signal: AbortSignal,
  onChange: (good: boolean) => void,
): Promise<void> {
  let [known, last, same]: [boolean | undefined, boolean | undefined, number] = [undefined, undefined, 0];
  await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
  while (!signal.aborted) {
    const good = await succeeds(probe, container, ip);
    if (signal.aborted) return;
    same = good === last ? same + 1 : 1;
    last = good;
    if (good !== known && same >= ((good ? probe.successThreshold : probe.failureThreshold) ?? (good ? 1 : 3))) {
      known = good;
      onChange(good);
    }
    await pause((probe.periodSeconds ?? 10) * 1000, signal);
  }
}

/** Sleeps; an abort ends it early and without an error. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
