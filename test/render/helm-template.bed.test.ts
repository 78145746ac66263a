import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { renderChart } from '../../src/cli/render-chart';
import { createEngine } from '../../src/render/engine';
import { binaries } from '../../src/testbed/binaries';
import { BUILD_TIMEOUT_MS } from '../support/bed';
import { chartsOfHelm, corpusCharts } from './charts';

const run = promisify(execFile);
const engine = createEngine();
const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-helm-template-'));
let helm: string;

beforeAll(async () => {
  helm = (await binaries(['helm'])).helm;
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

interface Options {
  readonly values?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

/** What it prints, or that it fails. */
type Outcome = { readonly prints: string } | 'fails';

let files = 0;
function valuesFile(values: string): string {
  const file = path.join(folder, `values-${files++}.yaml`);
  writeFileSync(file, values);
  return file;
}

async function byHelm(chart: string, { values, kubeVersion, apiVersions = [] }: Options): Promise<Outcome> {
  const args = ['template', 'some-release', chart, '--namespace', 'some-namespace'];
  if (values !== undefined) args.push('--values', valuesFile(values));
  if (kubeVersion !== undefined) args.push('--kube-version', kubeVersion);
  if (apiVersions.length > 0) args.push('--api-versions', apiVersions.join(','));
  return run(helm, args, { maxBuffer: 64 << 20 }).then(
    ({ stdout }) => ({ prints: stdout }),
    () => 'fails',
  );
}

async function byUs(chart: string, { values, kubeVersion, apiVersions = [] }: Options): Promise<Outcome> {
  const options = { name: 'some-release', namespace: 'some-namespace', kubeVersion, apiVersions };
  return renderChart(engine, chart, { ...options, values: values === undefined ? [] : [valuesFile(values)] }).then(
    (prints) => ({ prints }),
    () => 'fails',
  );
}

async function expectSame(chart: string, options: Options = {}): Promise<void> {
  const [theirs, ours] = await Promise.all([byHelm(chart, options), byUs(chart, options)]);
  expect(withoutRandomNames(ours)).toEqual(withoutRandomNames(theirs));
}

// Podinfo and Helm's old mariadb name the Pods of their tests at random, and no value changes that.
function withoutRandomNames(outcome: Outcome): Outcome {
  return outcome === 'fails' ? outcome : { prints: outcome.prints.replace(/(?<=-test-)[a-z0-9]{5}(?="?$)/gm, 'xxxxx') };
}

describe("charts of Helm's own tests print what helm template prints", () => {
  const { root, charts } = chartsOfHelm();
  const passwords = 'rootUser: {password: a}\ndb: {password: b}\nreplication: {password: c}\n';
  test.each(charts)('%s', async (chart) => {
    const values = chart.includes('compressed-dependencies') ? `${passwords}mariadb:\n${passwords.replace(/^(?=.)/gm, '  ')}` : undefined;
    await expectSame(path.join(root, chart), { values });
  });
});

describe('published charts print what helm template prints', () => {
  const { root, charts } = corpusCharts();
  // Charts that make up passwords and certificates or refuse their defaults.
  const values: Record<string, string> = {
    'external-dns': 'policy: sync\n',
    mariadb: 'auth: {rootPassword: a, password: b, replicationPassword: c}\n',
    nginx: 'tls: {existingSecret: some-secret}\n',
    redis: 'auth: {password: a}\n',
  };
  // They lie beside the project, and not everywhere: `test.each` of none would be an error.
  (charts.length === 0 ? test.skip : test).each(charts.length === 0 ? ['none here'] : charts)('%s', async (file) => {
    const options = { values: values[file.replace(/-\d.*$/, '')] };
    await expectSame(path.join(root, file), options);
    await expectSame(path.join(root, file), { ...options, kubeVersion: '1.27.3', apiVersions: ['monitoring.coreos.com/v1', 'a/v1/B'] });
  });
});

test('a chart sees the same capabilities and release', async () => {
  const chart = path.join(folder, 'sees');
  mkdirSync(path.join(chart, 'templates'), { recursive: true });
  writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: sees\nversion: 0.1.0\n');
  writeFileSync(
    path.join(chart, 'templates', 'all.yaml'),
    '{{ toJson (list .Capabilities.APIVersions .Capabilities.KubeVersion .Release .Values) }}\n',
  );
  await expectSame(chart);
  await expectSame(chart, { kubeVersion: 'v1.33.4-gke.1245000', apiVersions: ['a/v1'], values: 'big: 12345678901\nnone: null\n' });
  await expectSame(chart, { kubeVersion: 'not a version' });
});
