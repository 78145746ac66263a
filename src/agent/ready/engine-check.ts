import type { Engine } from '../../render/types';
import type { ReadinessCheck } from '../runtime/readiness';

/** Whether the engine starts and answers. */
export function engineCheck(engine: Pick<Engine, 'configDigest'>): ReadinessCheck {
  return {
    name: 'engine',
    check: async () => {
      const digest = await engine.configDigest({});
      return digest.startsWith('sha256:') ? [] : [`it answered ${digest} where a digest was asked for`];
    },
  };
}
