import { DOMParser, type Element } from '@xmldom/xmldom';
import { junit } from '../../../src/cli/validate/junit';
import { sarif } from '../../../src/cli/validate/sarif';
import type { Report } from '../../../src/validate/validate-tree';

const report: Report = {
  files: 2,
  objects: 7,
  findings: [
    {
      rule: 'schema',
      severity: 'error',
      message: 'is no field here <&">\u0000',
      remedy: 'correct the field',
      file: 'dist/a b/ü.yaml',
      document: 1,
      line: 9,
      field: ['spec', 'containers', 0, 'imag'],
      object: 'Pod/dev/a',
    },
    {
      rule: 'team-label',
      severity: 'warning',
      message: 'is missing',
      remedy: '',
      file: 'b.yaml',
      document: 1,
      field: [],
      object: 'Pod/dev/b',
      release: { name: 'dev/b', chart: 'b 1.0.0', template: 'b/templates/pod.yaml' },
    },
  ],
};

test('SARIF names rule, level, file and line; a policy is a rule too', () => {
  const { version, runs } = JSON.parse(sarif(report));
  expect(version).toBe('2.1.0');
  expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['schema', 'team-label']);
  expect(runs[0].results).toMatchObject([
    {
      ruleId: 'schema',
      ruleIndex: 0,
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'dist/a%20b/%C3%BC.yaml' }, region: { startLine: 9 } } }],
    },
    { ruleId: 'team-label', level: 'warning', message: { text: 'Pod/dev/b is missing (release dev/b, b 1.0.0, b/templates/pod.yaml)' } },
  ]);
  // There is no such thing as line 0.
  expect(runs[0].results[1].locations[0].physicalLocation.region).toBeUndefined();
});

test('SARIF of nothing is a run without results', () =>
  expect(JSON.parse(sarif({ files: 1, objects: 1, findings: [] })).runs[0].results).toEqual([]));

test('JUnit is XML whatever the findings say, and its counts are those of its cases', () => {
  const document = new DOMParser({
    onError: (_, message) => {
      throw new Error(message);
    },
  }).parseFromString(junit(report), 'text/xml');
  const all = (name: string): Element[] => [...document.getElementsByTagName(name)];
  const counts = (element: Element) => ['tests', 'failures', 'skipped'].map((name) => element.getAttribute(name));
  expect(counts(all('testsuites')[0])).toEqual(['3', '1', '1']);
  expect(all('testsuite').map((suite) => [suite.getAttribute('name'), ...counts(suite)])).toEqual([
    ['fairlead validate', '1', '0', '0'],
    ['dist/a b/ü.yaml', '1', '1', '0'],
    ['b.yaml', '1', '0', '1'],
  ]);
  expect(all('failure')[0].getAttribute('message')).toBe('Pod/dev/a spec.containers[0].imag is no field here <&">?');
});
