import { chartName, isTag, isTagOrVersion } from '../../src/model/version-ref';

test.each([
  ['https://charts.bitnami.com/bitnami', 'charts.bitnami.com/bitnami/dns'],
  ['https://charts.bitnami.com/bitnami/', 'charts.bitnami.com/bitnami/dns'],
  ['https://me:secret@charts.bitnami.com/bitnami', 'charts.bitnami.com/bitnami/dns'],
  ['oci://localhost:5000', 'localhost:5000/dns'],
])('chart dns of %s is named %s', (url, name) => expect(chartName(url, 'dns')).toBe(name));

test.each([
  ['1.2.3', true, true],
  ['1.2.3+up1', false, true],
  ['latest', true, true],
  ['_x', true, true],
  ['.x', false, false],
  ['-x', false, false],
  ['', false, false],
  ['a b', false, false],
  ['x'.repeat(128), true, true],
  ['x'.repeat(129), false, false],
])('%s is a tag: %s, or a version: %s', (text, tag, version) => expect([isTag(text), isTagOrVersion(text)]).toEqual([tag, version]));
