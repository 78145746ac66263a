import { Metrics } from '../../../src/agent/runtime/metrics';

test("everything is in Prometheus' text format", async () => {
  const metrics = new Metrics();
  const requests = metrics.counter('requests_total', 'Requests');
  requests.inc({ verb: 'get' });
  requests.inc({ verb: 'get' }, 2);
  requests.inc({ verb: 'odd "one"\\\n' });
  metrics.gauge('depth', 'Depth', () => 3, { kind: 'A' });
  metrics.gauge('depth', 'Depth', async () => 4, { kind: 'B' });
  const duration = metrics.histogram('seconds', 'Duration', [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 5]) duration.observe({ kind: 'A' }, value);
  expect(await metrics.text()).toBe(
    [
      '# HELP requests_total Requests',
      '# TYPE requests_total counter',
      'requests_total{verb="get"} 3',
      'requests_total{verb="odd \\"one\\"\\\\\\n"} 1',
      '# HELP depth Depth',
      '# TYPE depth gauge',
      'depth{kind="A"} 3',
      'depth{kind="B"} 4',
      '# HELP seconds Duration',
      '# TYPE seconds histogram',
      'seconds_bucket{kind="A",le="0.1"} 2',
      'seconds_bucket{kind="A",le="1"} 3',
      'seconds_bucket{kind="A",le="+Inf"} 4',
      'seconds_sum{kind="A"} 5.65',
      'seconds_count{kind="A"} 4',
      '',
    ].join('\n'),
  );
});

test('asking for a name again gives the same counter', async () => {
  const metrics = new Metrics();
  metrics.counter('a', 'A').inc();
  metrics.counter('a', 'A').inc();
  expect(await metrics.text()).toContain('a 2\n');
});

test('gauges of what comes and goes are those that are read', async () => {
  const metrics = new Metrics();
  const ages = new Map([['a', 1]]);
  metrics.gauges('age', 'Age', () => [...ages].map(([key, age]) => [{ key }, age] as const));
  expect(await metrics.text()).toBe('# HELP age Age\n# TYPE age gauge\nage{key="a"} 1\n');
  ages.delete('a');
  ages.set('b', 2);
  expect(await metrics.text()).toBe('# HELP age Age\n# TYPE age gauge\nage{key="b"} 2\n');
});
