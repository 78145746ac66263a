import { compiledLibrary } from './compiled-cli';
import { Project } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** A program with one image, whose version `tag` a ConfigMap holds in a field. */
function program(field = 'tag'): void {
  project.write(
    'main.ts',
    `import { ApiObject } from 'cdk8s';
const { Cluster, Environment, ImagePolicy, ImageSelection, Platform, Repository } = require('${compiledLibrary()}/index');

const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet') });
const dev = new Environment(new Cluster(platform, 'gke', { kubernetesVersion: '1.36' }), 'dev');
const { tag } = new ImagePolicy(dev, 'web', { repository: 'ghcr.io/acme/web', select: ImageSelection.newest(), initial: '1' });
new ApiObject(dev, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { text: ${field} } });
platform.synth();
`,
  );
}

test('a check fails until synth ran, and writes nothing', () => {
  program();
  const before = project.tree();
  const { status, stderr } = project.fairlead(['synth', '--check']);
  expect({ status, tree: project.tree() }).toEqual({ status: 1, tree: before });
  expect(stderr).toContain('FL2214 locks/gke/dev/dev.yaml is not what the program gives');
  expect(project.fairlead()).toMatchObject({ status: 0, stderr: '' });
  expect(project.fairlead(['synth', '--check'])).toMatchObject({ status: 0, stdout: 'dist: up to date, 9 files, 1 image policy\n' });
});

test('a version that is computed with is warned of, and fails where that is asked for', () => {
  program('"runs " + tag');
  expect(project.fairlead(['synth', '--strict'])).toMatchObject({ status: 1, stderr: expect.stringContaining('FL2213') });
  expect(project.fairlead()).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(
      /^warning: FL2213 \[gke\/dev\/settings\] the version that flux-system:gke-dev-web chooses is part of a longer text/,
    ),
  });
});

test('the cdk8s CLI gives the same bytes, locks among them', () => {
  program();
  project.fairlead();
  const tree = project.tree();
  expect(project.cdk8s()).toMatchObject({ status: 0 });
  expect(project.tree()).toEqual(tree);
});
