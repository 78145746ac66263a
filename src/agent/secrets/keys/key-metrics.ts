import { lacksBackup, type SealingKey } from '../../../seal/sealing-key';
import type { Metrics } from '../../runtime/metrics';
import type { Standing } from '../types';
import type { LiveKeyRing } from './key-ring';

const DAY_MS = 86_400_000;

/** What is told of keys and standing where metrics are read: fingerprints and times, which are public. */
export function registerKeyMetrics(metrics: Metrics, ring: LiveKeyRing, standing: Standing, now: () => number = Date.now): void {
  const ofEach = (read: (key: SealingKey) => number) => () => ring.keys.map((key) => [{ fingerprint: key.fingerprint }, read(key)] as const);
  metrics.gauge('fairlead_sealed_secrets_active', 'Whether this agent is the one that unseals', () => (standing.isActive ? 1 : 0));
  metrics.gauge('fairlead_sealing_keys', 'Sealing keys in use', () => ring.keys.length);
  metrics.gauge('fairlead_sealing_keys_malformed', 'Secrets that say they are sealing keys and hold none', () => ring.malformed.length);
  metrics.gauges(
    'fairlead_sealing_key_age_seconds',
    'Age of a sealing key by its certificate',
    ofEach(({ notBefore }) => Math.round((now() - +notBefore) / 1000)),
  );
  metrics.gauges(
    'fairlead_sealing_key_expiry_seconds',
    'Until the certificate of a sealing key is over; the key opens values after that too',
    ofEach(({ notAfter }) => Math.round((+notAfter - now()) / 1000)),
  );
  metrics.gauges(
    'fairlead_sealing_key_backed_up',
    'Whether a sealing key was saved outside of the cluster since it was made',
    ofEach((key) => (lacksBackup(key) ? 0 : 1)),
  );
  metrics.gauges('fairlead_sealing_certificate_expiry_days', 'Days until the certificate that values are sealed with now is over', () =>
    ring.keys.slice(0, 1).map(({ notAfter }) => [{}, Math.floor((+notAfter - now()) / DAY_MS)] as const),
  );
}
