import { LockedProject } from './locked-project';

let project: LockedProject;
beforeEach(() => {
  project = new LockedProject([{ name: 'dev', tag: '6.7.0' }]);
});
afterEach(() => project.remove());

const findings = (...args: string[]) => {
  const { status, stdout } = project.fairlead(['validate', '--runtime', 'flux', ...args]);
  return { status, lines: stdout.trim().split('\n') };
};

function policy(name: string, metadata: string): void {
  project.write(
    `dist/gke/_images/flux-system/imagepolicy-${name}.yaml`,
    `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: ${name}\n  namespace: flux-system\n${metadata}spec: {}\n`,
  );
}

test('names file, object and what Flux would not do, and fails only with --strict', () => {
  policy('newest', `  annotations:\n    fairlead.dev/image-rule: '{"order":"newest","exclude":[{"glob":"*tmp*"}]}'\n`);
  policy('chart', '  annotations:\n    fairlead.dev/chart: HelmRepository/dev/charts/dns\n');
  policy('derived', '  labels:\n    fairlead.dev/automation: gke-commit.derived\n');
  project.write(
    'dist/gke/dev/dev/helmrelease-dns.yaml',
    'kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nmetadata:\n  name: dns\n  namespace: dev\n  annotations:\n    fairlead.dev/chart-digest: sha256:aa\n    fairlead.dev/depends-on: HelmRelease/a/b,Kustomization/c/d\n',
  );
  project.fairlead(['automate', 'off', 'dev', '--reason', 'frozen']);
  const { status, lines } = findings();
  expect({ status, lines }).toEqual({
    status: 0,
    lines: [
      'dist/gke/_images/flux-system/imagepolicy-chart.yaml: ImagePolicy/flux-system/chart: Flux chooses no version: it has no policies for charts of Helm repositories (dns)',
      "dist/gke/_images/flux-system/imagepolicy-derived.yaml: ImagePolicy/flux-system/derived: Flux's automation leaves it out: a value is computed from the version, so nothing tells that a synth is due",
      'dist/gke/_images/flux-system/imagepolicy-newest.yaml: ImagePolicy/flux-system/newest: Flux chooses no tag at all: it cannot choose the newest by creation time, all but *tmp*',
      'dist/gke/_sync/flux-system/kustomization-dev.yaml: Kustomization/flux-system/dev: Flux deletes without asking: it knows no deletion budget (5)',
      'dist/gke/_sync/flux-system/kustomization-gke.yaml: Kustomization/flux-system/gke: Flux deletes without asking: it knows no deletion budget (5)',
      "dist/gke/dev/dev/helmrelease-dns.yaml: HelmRelease/dev/dns: Flux does not check the digest of the chart's archive",
      'dist/gke/dev/dev/helmrelease-dns.yaml: HelmRelease/dev/dns: Flux does not wait for HelmRelease/a/b, Kustomization/c/d',
      'locks/gke/dev/dev.yaml: Flux knows no holds and goes on changing images/podinfo (Alice: frozen)',
      '8 things Flux would not do',
    ],
  });
  expect(findings('--strict').status).toBe(1);
});

test('a folder narrows it, and what is plain Flux has no findings', () => {
  policy('newest', `  annotations:\n    fairlead.dev/image-rule: '{"order":"newest"}'\n`);
  expect(findings('--strict', 'dist/gke/dev')).toEqual({ status: 0, lines: ['Flux does all of it'] });
  expect(findings('dist/gke/_images').lines).toHaveLength(2);
});

test('-o json is for programs', () => {
  const { stdout } = project.fairlead(['validate', '--runtime', 'flux', '-o', 'json', 'dist/gke/_sync']);
  expect(JSON.parse(stdout)).toContainEqual({
    file: 'dist/gke/_sync/flux-system/kustomization-dev.yaml',
    message: 'Kustomization/flux-system/dev: Flux deletes without asking: it knows no deletion budget (5)',
  });
});

test('a manifest that is no YAML is told with its line', () => {
  project.write('dist/gke/dev/dev/broken.yaml', 'kind: A\nmetadata: {a\nb: c: d\n');
  const { status, stderr } = project.fairlead(['validate', '--runtime', 'flux']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/FL7210: dist\/gke\/dev\/dev\/broken\.yaml line \d/) });
});

test('without --runtime there is nothing to validate yet', () => {
  expect(project.fairlead(['validate'])).toMatchObject({ status: 1, stderr: expect.stringContaining('--runtime') });
  expect(project.fairlead(['validate', '--help']).stdout).toContain('not there yet');
});
