import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { TEMPLATES } from '../../src/cli/init/templates';

const ROOT = resolve(__dirname, '../..');
const CHART = join(ROOT, 'examples/podinfo/charts/podinfo');
const PLATFORM = `${process.platform}-${process.arch}`;
const BUILD_MS = 15 * 60_000;

let folder: string;
let project: string;
let packages: string[];

/** Runs a program of the project where there is Node, Git and a shell, and nothing else. */
function run(command: string, args: readonly string[], cwd = project): string {
  const PATH = [join(project, 'node_modules', '.bin'), join(folder, 'path')].join(delimiter);
  return execFileSync(command, args, { cwd, encoding: 'utf8', env: { HOME: process.env.HOME, PATH } });
}

function install(...names: readonly string[]): void {
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...names], { cwd: project, stdio: 'ignore' });
}

function engineOf(): string {
  return run(process.execPath, ['-p', 'require("./node_modules/fairlead/lib/render/find-engine.js").findEngine()']).trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-package-'));
  project = join(folder, 'project');
  mkdirSync(project);
  mkdirSync(join(folder, 'path'));
  symlinkSync(process.execPath, join(folder, 'path', 'node'));
  for (const program of ['sh', 'env', 'git']) symlinkSync(`/usr/bin/${program}`, join(folder, 'path', program));
  const args = ['tsx', join(ROOT, 'scripts/pack.ts'), '--destination', folder, '--platforms', PLATFORM];
  const output = execFileSync('npx', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  packages = output
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
}, BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The tests follow one another: what is installed by one is there for the next.
describe('the package, in an empty project without Go', () => {
  test('installs, and synthesizes a program', () => {
    install(packages[0], 'cdk8s', 'constructs');
    writeFileSync(join(project, 'cdk8s.yaml'), 'language: typescript\napp: npx fairlead synth main.ts\n');
    writeFileSync(
      join(project, 'main.ts'),
      `import { Cluster, Environment, Platform, Repository } from 'fairlead';
const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/environments') });
new Environment(new Cluster(platform, 'gke', { kubernetesVersion: '1.36' }), 'dev');
platform.synth();
`,
    );
    expect(run('fairlead', ['synth'])).toMatch(/^dist: \d+ written, 0 removed, 0 unchanged$/m);
    expect(run('fairlead', ['synth', '--check'])).toContain('up to date');
  }, 300_000);

  test.each(TEMPLATES)(
    'writes the template %s, which synthesizes and is valid with the engine as a module',
    (template) => {
      const root = join(folder, template);
      mkdirSync(root);
      const within = (...args: string[]) => run('fairlead', args, root);
      expect(within('init', '--template', template, '--repository', 'https://git.example.com/acme/platform')).toContain('Next:');
      const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: object };
      expect(Object.keys(devDependencies)).toEqual(['@types/node', 'tsx', 'typescript']);
      symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
      expect(within('synth', '--check')).toContain('up to date');
      if (template !== 'fleet') expect(within('validate', '--offline')).not.toContain('error');
    },
    300_000,
  );

  test('renders a chart with the engine as a module, as the native engine does', () => {
    expect(engineOf()).toMatch(/fairlead-engine\.wasm$/);
    const ours = run('fairlead', ['render', 'chart', CHART, '--name', 'podinfo', '--namespace', 'dev']);
    install(packages[1]);
    expect(engineOf()).toContain(join('@fairlead', `engine-${PLATFORM}`, 'bin'));
    expect(run('fairlead', ['render', 'chart', CHART, '--name', 'podinfo', '--namespace', 'dev'])).toBe(ours);
    expect(ours).toContain('kind: Deployment');
  }, 300_000);
});
