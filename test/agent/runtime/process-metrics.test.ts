import { Metrics } from '../../../src/agent/runtime/metrics';
import { lateSeconds, registerProcessMetrics } from '../../../src/agent/runtime/process-metrics';

test.each([
  [0, 0],
  [9_900_000, 0],
  [10_000_000, 0],
  [260_000_000, 0.25],
])('%d ns from one look to the next are %d s of delay', (between, late) => expect(lateSeconds(between)).toBe(late));

test('delay is told with its quantiles', async () => {
  const metrics = new Metrics();
  const stop = registerProcessMetrics(metrics);
  stop();
  const text = await metrics.text();
  for (const name of ['fairlead_event_loop_delay_seconds{quantile="0.5"}', 'fairlead_event_loop_delay_seconds{quantile="0.99"}']) {
    expect(text).toContain(`\n${name} `);
  }
  expect(text).toContain('\nfairlead_event_loop_delay_max_seconds ');
});
