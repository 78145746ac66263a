import { createEngine, type NativeEngine } from '../../src/render/engine';
import { isWorthAProcess } from '../../src/render/engine-pool';
import { contentOf } from '../../src/render/local-content';

const engines: NativeEngine[] = [];
function start(options = {}): NativeEngine {
  engines.push(createEngine(options));
  return engines.at(-1)!;
}
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function render(engine: NativeEngine, template: string, lookup?: () => Promise<undefined>) {
  const chart = contentOf({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/a.yaml': template });
  return engine.render({ chart, name: 'r', namespace: 'n', lookup });
}

const LOOKUP = '{{ $_ := lookup "v1" "Pod" "" "" }}';
/** An engine that starts on a busy machine answers well within it. */
const DEADLINE_MS = 3_000;
const ENDLESS = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}';

async function killProcesses(engine: NativeEngine): Promise<void> {
  for (const { pid } of await engine.usage()) process.kill(pid, 'SIGKILL');
}

test('a call lost with its process is made again', async () => {
  const engine = start();
  let lookups = 0;
  await render(engine, LOOKUP, async () => {
    if (lookups++ === 0) await killProcesses(engine);
    return undefined;
  });
  expect(lookups).toBe(2);
});

test('a call that ends the process twice is refused, and others go on', async () => {
  const engine = start();
  const culprit = render(engine, LOOKUP, async () => {
    await killProcesses(engine);
    return undefined;
  });
  const others = [1, 2, 3, 4, 5, 6].map((i) => render(engine, `# ${i}`));
  await expect(culprit).rejects.toMatchObject({ code: 'FL6002' });
  await Promise.all(others);
  await render(engine, '# after');
});

test('a call past its deadline takes its process along, and others go on', async () => {
  const engine = start({ deadlineMs: DEADLINE_MS });
  const others = [1, 2].map((i) => render(engine, `# ${i}`));
  await expect(render(engine, ENDLESS)).rejects.toMatchObject({ code: 'FL6003' });
  await Promise.all(others);
  await render(engine, '# after');
});

test('waiting for an answer of ours does not count', async () => {
  const engine = start({ deadlineMs: DEADLINE_MS });
  await render(engine, LOOKUP, () => new Promise((resolve) => setTimeout(() => resolve(undefined), DEADLINE_MS + 500)));
});

test('calls interleave: one that waits for an answer holds nobody up', async () => {
  const engine = start();
  let answer: (value: undefined) => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    void render(engine, LOOKUP, () => {
      resolve();
      return new Promise((done) => {
        answer = done;
      });
    }).then(() => order.push('first'));
  });
  const order: string[] = [];
  await asked;
  await render(engine, '# quick');
  order.push('second');
  answer(undefined);
  await render(engine, '# last');
  expect(order[0]).toBe('second');
});

test('more work starts more processes, up to the limit', async () => {
  const engine = start({ processes: 2 });
  await Promise.all([1, 2, 3, 4, 5, 6].map((i) => render(engine, `# ${i}`)));
  const usage = await engine.usage();
  expect(usage).toHaveLength(2);
  if (process.platform === 'linux') expect(usage.every(({ residentBytes = 0 }) => residentBytes > 1 << 20)).toBe(true);
});

test('a module, which starts slowly, gets one more process only when much waits', () => {
  const module = '/engine/fairlead-engine.wasm';
  expect([0, 1, 15, 16].map((waiting) => isWorthAProcess(1, waiting, module))).toEqual([false, false, false, true]);
  expect(isWorthAProcess(0, 1, module)).toBe(true);
  expect(isWorthAProcess(1, 1, '/engine/fairlead-engine')).toBe(true);
});

test('closing ends processes and calls', async () => {
  const engine = start();
  const call = render(engine, ENDLESS);
  const refused = expect(call).rejects.toMatchObject({ code: 'FL6004' });
  await engine.close();
  await refused;
  await expect(render(engine, '')).rejects.toMatchObject({ code: 'FL6004' });
});

test('a missing engine says how to get one', async () => {
  await expect(render(start({ binary: '/no/such/engine' }), '')).rejects.toMatchObject({ remedy: expect.stringContaining('build:engine') });
});
