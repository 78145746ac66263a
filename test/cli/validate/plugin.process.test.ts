import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledLibrary } from '../compiled-cli';
import { Project } from '../project';

let project: Project;
afterEach(() => project.remove());

/** A program whose cdk8s.yaml has the plugin, with one ConfigMap that has the field. */
function withPlugin(field: string, properties = ''): Project {
  const config = `validations:\n  - package: ${join(compiledLibrary(), '..')}\n    version: 0.0.0\n    class: Validation\n${properties}`;
  const made = new Project({ config });
  made.program(['a'], { during: `new ApiObject(chart, 'more', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, ${field} });` });
  return made;
}

test('cdk8s synth fails where validation does, and names construct, field and remedy', () => {
  project = withPlugin('dato: { a: "b" }');
  const { status, stdout } = project.cdk8s(['--validation-reports-output-file', 'report.json']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining('schema (error)') });
  const {
    reports: [{ violations }],
  } = JSON.parse(readFileSync(join(project.root, 'report.json'), 'utf8'));
  expect(violations).toMatchObject([
    {
      fix: 'correct the field',
      violatingConstructs: [{ resourceName: 'more', locations: [expect.stringContaining('dato: is no field here: did you mean data?')] }],
    },
  ]);
});

test('what is fine passes, and properties reach it', () => {
  project = withPlugin('data: { a: "b" }', '    properties:\n      policies: policies.js\n');
  project.write('policies.js', 'module.exports = [];\n');
  const { status, stdout } = project.cdk8s();
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Validations ended succesfully') });
  project.write(
    'policies.js',
    `const { Policies } = require(${JSON.stringify(compiledLibrary())});\nmodule.exports = [Policies.labelsSet('team')];\n`,
  );
  const failed = project.cdk8s();
  expect({ status: failed.status, stdout: failed.stdout }).toEqual({ status: 2, stdout: expect.stringContaining('labels-set') });
});
