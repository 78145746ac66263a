import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledCli, compiledLibrary } from '../../test/cli/compiled-cli';
import { StandInCharts } from '../../test/support/stand-in-charts';

const MODULES = join(__dirname, '../../node_modules');

const EXTERNAL_DNS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: external-dns }
spec:
  replicas: {{ .Values.replicas | default 1 }}
  selector: { matchLabels: { app: external-dns } }
  template:
    metadata: { labels: { app: external-dns } }
    spec:
      serviceAccountName: {{ .Values.serviceAccount.name }}
      containers: [{ name: external-dns, image: external-dns, args: ["--domain-filter={{ first .Values.domainFilters }}"] }]
`;
const MARIADB = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: mariadb }
spec:
  serviceName: mariadb
  selector: { matchLabels: { app: mariadb } }
  template:
    metadata: { labels: { app: mariadb } }
    spec: { containers: [{ name: mariadb, image: mariadb, envFrom: [{ secretRef: { name: "{{ .Values.auth.existingSecret }}" } }] }] }
`;
const CONTROLLER = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: sealed-secrets-controller }\n';

let charts: StandInCharts;
let folder: string;
let environment: NodeJS.ProcessEnv;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The chart server is in this process, which so must not stand still meanwhile. */
function run(command: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (texts[name] += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...texts }));
  });
}

const fairlead = (...args: string[]) => run(process.execPath, compiledCli(), ...args);

async function git(...args: string[]): Promise<void> {
  const { status, stderr } = await run('git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args);
  if (status !== 0) throw new Error(stderr);
}

/** Changes the program. */
function edit(from: string, to: string): void {
  const file = join(folder, 'main.ts');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

beforeAll(async () => {
  charts = await StandInCharts.start([
    { name: 'external-dns', version: '6.38.0', files: { 'templates/deployment.yaml': EXTERNAL_DNS } },
    { name: 'mariadb', version: '10.4.0', files: { 'templates/statefulset.yaml': MARIADB } },
    { name: 'sealed-secrets', version: '2.17.3', files: { 'templates/account.yaml': CONTROLLER } },
  ]);
  folder = mkdtempSync(join(tmpdir(), 'fairlead-fleet-'));
  environment = { ...process.env, BITNAMI_MIRROR: charts.url, SEALED_SECRETS_MIRROR: charts.url, XDG_CACHE_HOME: join(folder, '.cache') };
  cpSync(__dirname, folder, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  mkdirSync(join(folder, 'node_modules'));
  for (const library of ['cdk8s', 'constructs', 'cdk8s-plus-27']) symlinkSync(join(MODULES, library), join(folder, 'node_modules', library));
  symlinkSync(join(compiledLibrary(), '..'), join(folder, 'node_modules', 'fairlead'));
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.cache\n');
  expect(await fairlead('synth', '--no-typecheck')).toMatchObject({ status: 0, stderr: '' });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'The fleet');
}, 120_000);

afterAll(async () => {
  await charts?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('one diff tells what a change does in three clusters, in what their releases render', async () => {
  edit("policy: 'sync',", "policy: 'sync',\n        replicas: 2,");
  edit("domain: 'example.com'", "domain: 'shop.example.com'");
  edit('retries: 3', 'retries: 5');
  const { status, stdout } = await fairlead('diff');
  expect(status).toBe(1);
  for (const cluster of ['cluster-dev', 'cluster-product', 'cluster-staging'])
    expect(stdout).toMatch(new RegExp(`now: ${cluster} \\(infrastructure\\)`));
  expect(stdout.match(/Deployment\/kube-system\/external-dns/g)?.length).toBeGreaterThanOrEqual(3);
  expect(stdout).toContain('-        - --domain-filter=example.com\n+        - --domain-filter=shop.example.com');
  expect(stdout).toMatch(/replicas.*1.*→.*2/);
});
