import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Project } from './project';

let project: Project;
afterEach(() => project.remove());

const runners = {
  fairlead: () => project.fairlead(),
  cdk8s: () => project.cdk8s(),
};

describe.each(Object.entries(runners))('%s', (_runner, synth) => {
  test('writes the same bytes twice, and into an existing folder', () => {
    project = new Project();
    expect(synth()).toMatchObject({ status: 0 });
    const first = project.tree();
    expect(first['dist/gke/dev/dev/configmap-a.yaml']).toContain('answer: "yes"\n  greeting: hello\n');
    expect(synth()).toMatchObject({ status: 0 });
    expect(project.tree()).toEqual(first);
  });

  test('keeps a committed file that is not ours', () => {
    project = new Project();
    synth();
    project.write('dist/README.md', 'mine');
    project.write('dist/gke/dev/kustomization.yaml', 'kind: Mine');
    project.commit();
    const before = project.tree();
    expect(synth()).toMatchObject({ status: 0 });
    expect(project.tree()).toEqual(before);
  });

  test('refuses a committed hand edit and keeps it', () => {
    project = new Project();
    synth();
    project.write('dist/gke/dev/dev/configmap-a.yaml', 'edited by hand');
    project.commit();
    const before = project.tree();
    const { status, stderr } = synth();
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/\[dev\/a\] FL2110 dist\/gke\/dev\/dev\/configmap-a\.yaml was edited by hand/);
    expect(project.tree()).toEqual(before);
  });

  test.each([
    ['while it builds its app', { during: 'throw new Error("broken program");' }],
    ['before it loads anything', { before: 'throw new Error("broken program");' }],
    ['at once, being no TypeScript', { before: 'const broken: = "broken program";' }],
  ])('loses nothing when the program fails %s', (_, faults) => {
    project = new Project();
    synth();
    project.write('dist/README.md', 'mine');
    project.commit();
    project.program(['a', 'b'], faults);
    const before = project.tree();
    const { status, stderr } = synth();
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/broken program|main\.ts:1:15: Unexpected/);
    expect(project.tree()).toEqual(before);
  });

  test('adding a resource changes its own file and its ownership line', () => {
    project = new Project();
    synth();
    project.commit();
    project.program(['a', 'ab', 'b']);
    expect(synth()).toMatchObject({ status: 0 });
    expect(project.git('diff', '--numstat', '--', 'dist', '.fairlead').trim()).toBe('1\t0\t.fairlead/owned/gke/dev.txt');
    expect(project.git('ls-files', '--others', '--exclude-standard').trim()).toBe('dist/gke/dev/dev/configmap-ab.yaml');
  });

  test('removes what is no longer wanted, whether it was committed or not', () => {
    project = new Project();
    synth();
    project.commit();
    project.program(['a', 'c']);
    synth();
    project.program(['a']);
    expect(synth()).toMatchObject({ status: 0 });
    expect(Object.keys(project.tree()).filter((path) => path.startsWith('dist'))).toEqual(['dist/gke/dev/dev/configmap-a.yaml']);
  });
});

test('cdk8s and fairlead write the same bytes, from any working folder', () => {
  project = new Project();
  project.fairlead();
  const byFairlead = project.tree();
  project.cdk8s();
  expect(project.tree()).toEqual(byFairlead);
  rmSync(join(project.root, 'dist'), { recursive: true });
  rmSync(join(project.root, '.fairlead'), { recursive: true });
  project.fairlead(['synth', join(project.root, 'main.ts')], tmpdir());
  expect(project.tree()).toEqual(byFairlead);
});

test('after cdk8s ran on changes that were not committed, fairlead goes on', () => {
  project = new Project();
  project.fairlead();
  project.commit();
  project.program(['a', 'c']);
  project.fairlead();
  project.program(['a', 'c'], { during: 'throw new Error("broken program");' });
  project.cdk8s();
  project.program(['a', 'd']);
  expect(project.fairlead()).toMatchObject({ status: 0 });
  expect(Object.keys(project.tree()).filter((path) => path.startsWith('dist'))).toEqual([
    'dist/gke/dev/dev/configmap-a.yaml',
    'dist/gke/dev/dev/configmap-d.yaml',
  ]);
});

test('validations of cdk8s see the files, and leave the same bytes', () => {
  project = new Project({ config: 'validations:\n  - package: ./validation\n    version: 0.0.0\n    class: Seen\n' });
  project.write('validation/package.json', '{"name": "validation", "version": "0.0.0", "main": "index.js"}');
  project.write(
    'validation/index.js',
    `exports.Seen = class {
  async validate(context) {
    const names = context.manifests.flatMap((file) => context.parseManifest(file)).map((object) => object.metadata.name);
    context.logger.log('validated ' + names.sort().join());
    context.report.submit('success', {});
  }
};`,
  );
  project.fairlead();
  const byFairlead = project.tree();
  const { status, stdout } = project.cdk8s();
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('validated a,b') });
  expect(project.tree()).toEqual(byFairlead);
});

test('printing elsewhere leaves the committed folder as it was', () => {
  project = new Project({ config: 'output: dist\n' });
  project.fairlead();
  project.commit();
  const before = project.tree();
  expect(project.cdk8s(['--stdout']).stdout).toContain('greeting: hello');
  expect(project.tree()).toEqual(before);
});

test('--output writes elsewhere, and --force overrides', () => {
  project = new Project();
  project.fairlead();
  expect(project.fairlead(['synth', '--output', 'preview']).stdout).toContain('preview: 2 written, 0 removed, 0 unchanged');
  project.write('dist/gke/dev/dev/configmap-a.yaml', 'edited');
  expect(project.fairlead()).toMatchObject({ status: 1 });
  expect(project.fairlead(['synth', '--force']).stdout).toMatch(
    /wrote {3}dist\/gke\/dev\/dev\/configmap-a\.yaml\ndist: 1 written, 0 removed, 1 unchanged/,
  );
});

test('a program that writes nothing is told so', () => {
  project = new Project();
  project.write('main.ts', 'export {};');
  expect(project.fairlead()).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7103') });
});

test('--typecheck stops on type errors, and where it cannot be done', () => {
  project = new Project();
  project.program(['a'], { during: 'const wrong: number = "text";' });
  expect(project.fairlead()).toMatchObject({ status: 0 });
  const before = project.tree();
  expect(project.fairlead(['synth', '--typecheck'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7105') });
  project.write('tsconfig.json', '{ "compilerOptions": { "types": [], "skipLibCheck": true }, "files": ["wrong.ts"] }');
  project.write('wrong.ts', 'export const wrong: number = "text";');
  expect(project.fairlead(['synth', '--typecheck'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL7104') });
  project.link('typescript');
  const { status, stderr } = project.fairlead(['synth', '--typecheck']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/wrong\.ts.*TS2322[\s\S]*FL7106/) });
  expect(Object.keys(project.tree()).filter((path) => path.startsWith('dist'))).toEqual(
    Object.keys(before).filter((path) => path.startsWith('dist')),
  );
});
