import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fairlead, root, run } from '../demo/run';
import { progress, report, timed } from './report';

/**
 * What every short command costs, as whole processes: help, and a synth of one environment as `fairlead init` makes it, beside Node's own start and
 * `npx cdk8s synth` of the same objects with the default of cdk8s' TypeScript template, ts-node, which npm fetches.
 */
export async function startupBench(count: number): Promise<void> {
  const runs = Math.min(count, 11);
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-startup-'));
  try {
    progress(`startup: medians of ${runs} runs`);
    const node = await median(runs, [process.execPath, '-e', '0'], folder);
    const help = await median(runs, [...fairlead, '--help'], folder);
    report({ bench: 'startup-help', count: runs, seconds: help, nodeSeconds: node });

    const ours = join(folder, 'ours');
    await mkdir(ours);
    await run([...fairlead, 'init', '--template', 'hello', '--repository', 'https://git.example.com/bench'], { cwd: ours });
    await link(ours, ['cdk8s', 'constructs'], { fairlead: root });
    const synth = await median(runs, [...fairlead, 'synth'], ours, { CI: '' });
    const peer = await cdk8sSeconds(runs, join(folder, 'cdk8s'));
    report({
      bench: 'startup-synth-one-environment',
      count: runs,
      seconds: synth,
      nodeSeconds: node,
      ...peer,
      ...(peer && { timesQuicker: peer.cdk8sSeconds / synth }),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function median(runs: number, command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<number> {
  await run(command, { cwd, env });
  const seconds: number[] = [];
  for (let n = 0; n < runs; n++) seconds.push((await timed(() => run(command, { cwd, env }))).seconds);
  return seconds.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

/** Undefined where npm cannot fetch ts-node. */
async function cdk8sSeconds(
  runs: number,
  folder: string,
): Promise<{ readonly cdk8sSeconds: number; readonly cdk8sWithoutNpxSeconds: number } | undefined> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  try {
    // The newest TypeScript that ts-node knows.
    await run(['npm', 'install', '--no-audit', '--no-fund', 'ts-node@10', 'typescript@5'], { cwd: folder });
  } catch {
    progress('startup: npm cannot fetch ts-node, so there is no peer');
    return undefined;
  }
  await link(folder, ['cdk8s', 'cdk8s-cli', 'constructs', '@types']);
  await mkdir(join(folder, 'node_modules', '.bin'), { recursive: true });
  await symlink('../cdk8s-cli/bin/cdk8s', join(folder, 'node_modules', '.bin', 'cdk8s'));
  await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: npx ts-node main.ts\n');
  await writeFile(join(folder, 'tsconfig.json'), TSCONFIG);
  await writeFile(join(folder, 'main.ts'), PROGRAM);
  const env = { CDK8S_CHECK_UPGRADE: 'false' };
  const few = Math.min(runs, 5);
  return {
    cdk8sSeconds: await median(few, ['npx', 'cdk8s', 'synth'], folder, env),
    cdk8sWithoutNpxSeconds: await median(few, [join(folder, 'node_modules', '.bin', 'cdk8s'), 'synth'], folder, env),
  };
}

async function link(folder: string, names: readonly string[], others: Readonly<Record<string, string>> = {}): Promise<void> {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  const targets = { ...Object.fromEntries(names.map((name) => [name, join(root, 'node_modules', name)])), ...others };
  for (const [name, target] of Object.entries(targets)) {
    await rm(join(folder, 'node_modules', name), { recursive: true, force: true });
    await symlink(target, join(folder, 'node_modules', name));
  }
}

// As `cdk8s init typescript-app` writes it.
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    alwaysStrict: true,
    declaration: true,
    experimentalDecorators: true,
    inlineSourceMap: true,
    inlineSources: true,
    lib: ['es2016'],
    module: 'CommonJS',
    noEmitOnError: true,
    resolveJsonModule: true,
    strict: true,
    strictPropertyInitialization: true,
    stripInternal: true,
    target: 'ES2017',
  },
  include: ['**/*.ts'],
  exclude: ['node_modules'],
});

const PROGRAM = `
import { ApiObject, App, Chart } from 'cdk8s';

const app = new App();
const hello = new Chart(app, 'hello', { namespace: 'hello' });
const labels = { 'app.kubernetes.io/name': 'hello' };
new ApiObject(hello, 'deployment', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'hello', labels },
  spec: {
    replicas: 1, selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'hello', image: 'docker.io/stefanprodan/podinfo:6.7.1', ports: [{ name: 'http', containerPort: 9898 }] }] } },
  },
});
new ApiObject(hello, 'service', {
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'hello', labels },
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});
app.synth();
`;
