import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fairlead, root, run } from '../demo/run';
import { binaries } from '../src/testbed/binaries';
import { progress, report, timed } from './report';

const ENVIRONMENTS = 10;
const chart = 'charts/podinfo';

/**
 * `fairlead diff` of N releases of one chart in ten environments, as whole processes, synth included: nothing changed, one value of one release, the chart of
 * all of them. Beside `helm template` of each release, once, which a diff without it would need twice.
 */
export async function diffBench(count: number): Promise<void> {
  const { helm } = await binaries(['helm'], { progress });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-diff-'));
  try {
    const perEnvironment = Math.ceil(count / ENVIRONMENTS);
    const releases = perEnvironment * ENVIRONMENTS;
    progress(`diff: ${releases} releases in ${ENVIRONMENTS} environments`);
    await project(folder, perEnvironment);
    await run([...fairlead, 'synth'], { cwd: folder, env: { CI: '' } });
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '-A'],
      ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '-qm', 'one'],
    ])
      await run(['git', ...args], { cwd: folder });

    const same = await diff(folder, 0);
    await edit(folder, 'main.ts', (text) => text.replace("'1.0.0'", "'1.0.1'"));
    const oneValue = await diff(folder, 1);
    await edit(folder, 'main.ts', (text) => text.replace("'1.0.1'", "'1.0.0'"));
    await edit(folder, `${chart}/templates/deployment.yaml`, (text) =>
      text.replace('livenessProbe:', 'terminationMessagePath: /dev/termination-log\n          livenessProbe:'),
    );
    const wholeChart = await diff(folder, 1);
    const theirs = await timed(async () => {
      for (let n = 0; n < releases; n++) await run([helm, 'template', `web-${n}`, join(folder, chart), '--namespace', 'default']);
    });
    report({
      bench: 'diff',
      count: releases,
      seconds: wholeChart.seconds,
      oneValueSeconds: oneValue.seconds,
      sameSeconds: same.seconds,
      changed: wholeChart.changed,
      helmTemplateSeconds: theirs.seconds,
      timesHelm: wholeChart.seconds / theirs.seconds,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function diff(folder: string, expected: number): Promise<{ seconds: number; changed: number }> {
  const json = join(folder, '..', `${Date.now()}.json`);
  const command = `"$@" > ${json}; test $? = ${expected}`;
  await run(['sh', '-c', command, 'diff', ...fairlead, 'diff', '-o', 'json'], { cwd: folder });
  const { seconds } = await timed(() => run(['sh', '-c', command, 'diff', ...fairlead, 'diff', '-o', 'json'], { cwd: folder }));
  const { changes } = JSON.parse(await readFile(json, 'utf8')) as { readonly changes: readonly unknown[] };
  await rm(json);
  return { seconds, changed: changes.length };
}

async function project(folder: string, perEnvironment: number): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'examples/podinfo', chart), join(folder, chart), { recursive: true });
  await writeFile(join(folder, '.gitignore'), 'node_modules\n');
  await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: fairlead synth main.ts\noutput: dist\n');
  await writeFile(join(folder, 'main.ts'), program(perEnvironment));
}

function program(perEnvironment: number): string {
  return `
import { ChartSource, Cluster, Environment, HelmRelease, Platform, Repository } from 'fairlead';

const platform = new Platform({ repository: Repository.git('https://git.example.com/bench', { branch: 'main' }) });
const cluster = new Cluster(platform, 'bench', { kubernetesVersion: '1.36' });
const special = '1.0.0';
for (let e = 0; e < ${ENVIRONMENTS}; e++) {
  const environment = new Environment(cluster, \`env-\${e}\`);
  for (let n = 0; n < ${perEnvironment}; n++) {
    const tag = e === 0 && n === 0 ? special : '1.0.0';
    new HelmRelease(environment, \`web-\${n}\`, { chart: ChartSource.git({ path: '${chart}' }), values: { image: { repository: 'ghcr.io/acme/web', tag }, replicaCount: e } });
  }
}
platform.synth();
`;
}

async function edit(folder: string, path: string, change: (text: string) => string): Promise<void> {
  const file = join(folder, path);
  const text = await readFile(file, 'utf8');
  await writeFile(file, change(text));
}
