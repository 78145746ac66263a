import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { fairlead, run } from '../demo/run';
import { binaries } from '../src/testbed/binaries';
import { SCHEMA_FILES, writeKubernetes } from '../test/validate/corpus/json-schemas';
import { appObjects } from './apps';
import { progress, report, timed } from './report';

const RELEASE = 'v1.36.3';
const LAYERS = 10;
const RUNS = 3;

/**
 * `fairlead validate` of 50 N objects in files of their own, as a folder and as the output of a project, beside `kubeconform -strict` of the same files
 * with the same schemas on disk; whole processes, best of three.
 */
export async function validateBench(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-validate-'));
  try {
    const objects = count * 50;
    progress(`validate: ${objects} objects`);
    const { kubeconform } = await binaries(['kubeconform'], { progress });
    const plain = join(folder, 'plain');
    await writeApps(plain, objects);
    const project = join(folder, 'project');
    await writeProject(project, plain);
    const schemas = join(folder, 'schemas');
    writeKubernetes(schemas, JSON.parse(await readFile(join(moduleFolder(), 'api', 'openapi-spec', 'swagger.json'), 'utf8')));

    const args = ['-strict', '-schema-location', `file://${schemas}/${SCHEMA_FILES}`, plain];
    report({
      bench: 'validate',
      count: objects,
      seconds: await best(() => run([...fairlead, 'validate', plain])),
      projectSeconds: await best(() => run([...fairlead, 'validate', '--offline'], { cwd: project })),
      kubeconformSeconds: await best(() => run([kubeconform, ...args])),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let index = 0; index < RUNS; index++) seconds = Math.min(seconds, (await timed(work)).seconds);
  return seconds;
}

async function writeApps(folder: string, count: number): Promise<void> {
  for (let written = 0, app = 0; written < count; app++) {
    const layer = join(folder, `layer-${app % LAYERS}`);
    await mkdir(layer, { recursive: true });
    for (const object of appObjects(`app-${app}`, `layer-${app % LAYERS}`).slice(0, count - written)) {
      await writeFile(join(layer, `${object.kind.toLowerCase()}-${object.metadata.name}.yaml`), dump(object));
      written++;
    }
  }
}

/** The same as synth would have it: a cluster that follows Git, with a layer for each folder. */
async function writeProject(folder: string, plain: string): Promise<void> {
  await cp(plain, join(folder, 'dist', 'bench'), { recursive: true });
  const sync = join(folder, 'dist', 'bench', '_sync');
  await mkdir(sync);
  const metadata = (name: string) => ({ name, namespace: 'flux-system' });
  const source = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: metadata('bench'),
    spec: { interval: '1m0s', url: 'https://git.example.com/bench' },
  };
  const layer = (name: string) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: metadata(name.replace('_', '')),
    spec: { interval: '10m0s', prune: true, path: `dist/bench/${name}`, sourceRef: { kind: 'GitRepository', name: 'bench' } },
  });
  const layers = ['_sync', ...Array.from({ length: LAYERS }, (_, index) => `layer-${index}`)].map(layer);
  for (const object of [source, ...layers]) await writeFile(join(sync, `${object.kind}-${object.metadata.name}.yaml`), dump(object));
  await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: fairlead synth\n');
}

function moduleFolder(): string {
  return (
    JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${RELEASE}`], { cwd: tmpdir(), encoding: 'utf8' })) as {
      Dir: string;
    }
  ).Dir;
}
