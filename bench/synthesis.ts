import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fairlead, root, run } from '../demo/run';
import { progress, report, timed } from './report';

/** `fairlead synth` of N layers of ten objects, beside `cdk8s synth` of N plain cdk8s charts of the same objects, precompiled; both as whole processes. */
export async function synthesisBench(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-synth-'));
  try {
    progress(`synth: ${count} layers of 10 Deployments`);
    const ours = await project(folder, 'fairlead', 'main.ts', fairleadProgram(count), 'fairlead synth main.ts');
    const plain = await project(folder, 'cdk8s', 'main.js', cdk8sProgram(count), 'node main.js');
    const first = await timed(() => run([...fairlead, 'synth', 'main.ts'], { cwd: ours, env: { CI: '' } }));
    const again = await timed(() => run([...fairlead, 'synth', 'main.ts'], { cwd: ours, env: { CI: '' } }));
    const cdk8s = await timed(() => run([join(root, 'node_modules/.bin/cdk8s'), 'synth'], { cwd: plain, env: { CDK8S_CHECK_UPGRADE: 'false' } }));
    const files = (await readdir(join(ours, 'dist'), { recursive: true })).filter((file) => file.endsWith('.yaml')).length;
    report({
      bench: 'synth',
      count,
      seconds: first.seconds,
      againSeconds: again.seconds,
      cdk8sSeconds: cdk8s.seconds,
      timesCdk8s: first.seconds / cdk8s.seconds,
      files,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function project(parent: string, name: string, entry: string, program: string, app: string): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, entry), program);
  await writeFile(join(folder, 'cdk8s.yaml'), `language: typescript\napp: ${app}\noutput: dist\n`);
  return folder;
}

const deployments = `
  for (let i = 0; i < 10; i++) {
    const labels = { app: \`app-\${i}\` };
    new ApiObject(layer, \`app-\${i}\`, {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: \`app-\${i}\` },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 80 }] }] } } },
    });
  }`;

function fairleadProgram(count: number): string {
  return `
import { ApiObject } from 'cdk8s';
import { Cluster, Environment, Platform, Repository } from 'fairlead';

const platform = new Platform({ repository: Repository.git('https://git.example.com/bench') });
const cluster = new Cluster(platform, 'bench', { kubernetesVersion: '1.36' });
for (let n = 0; n < ${count}; n++) {
  const layer = new Environment(cluster, \`layer-\${n}\`);${deployments}
}
platform.synth();
`;
}

function cdk8sProgram(count: number): string {
  return `
const { ApiObject, App, Chart, YamlOutputType } = require('cdk8s');
const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
for (let n = 0; n < ${count}; n++) {
  const layer = new Chart(app, \`layer-\${n}\`, { namespace: \`layer-\${n}\` });${deployments}
}
app.synth();
`;
}
