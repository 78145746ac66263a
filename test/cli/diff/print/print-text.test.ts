import { gatherLines } from '../../../../src/cli/diff/print/gather-lines';
import { printText } from '../../../../src/cli/diff/print/print-text';
import type { Finding } from '../../../../src/cli/diff/types';
import { type Paint, plain } from '../../../../src/cli/print/colour';

function finding(layer: string, subject: string, text: string, level: Finding['level'] = 'note'): Finding {
  return { topic: 'image', level, place: { cluster: 'gke', layer }, subject, text };
}

test('what is the same in several places is said once, and of several objects in one line', () => {
  const lines = gatherLines([
    finding('dev', 'Deployment/a', '1 → 2'),
    finding('stg', 'Deployment/a', '1 → 2'),
    finding('dev', 'Deployment/b', '1 → 2'),
    finding('stg', 'Deployment/b', '1 → 2'),
  ]);
  expect(lines).toEqual([{ topic: 'image', lines: [{ level: 'note', text: 'Deployment/a, Deployment/b: 1 → 2', places: 'gke/dev, gke/stg' }] }]);
});

test('notes of problems are one line, whatever their places', () => {
  const findings = ['dev', 'stg'].map((layer): Finding => ({ ...finding(layer, `release ${layer}`, 'no chart'), topic: 'problem' }));
  expect(gatherLines(findings)[0].lines).toEqual([{ level: 'note', text: 'release dev, release stg: no chart', places: 'gke/dev, gke/stg' }]);
});

test('many places are counted', () => {
  const [{ lines }] = gatherLines(Array.from({ length: 10 }, (_, n) => finding(`env-${n}`, 'a', 'b')));
  expect(lines[0].places).toBe('gke/env-0, gke/env-1, gke/env-2, gke/env-3 and 6 more');
});

test('a stateful deletion is red, and marked where there are no colours', () => {
  const report = {
    before: 'HEAD',
    after: 'now',
    findings: [{ ...finding('dev', 'Secret/a', 'deleted', 'danger'), topic: 'deletion' as const }],
    changes: [],
    isDifferent: true,
  };
  const paint: Paint = (style, text) => `<${style}>${text}</${style}>`;
  expect(printText(report, paint)).toContain('<red>! Secret/a: deleted</red>');
  expect(printText(report, plain)).toContain('! Secret/a: deleted  (gke/dev)');
});

test('clusters of another branch come later', () => {
  const reach = {
    branch: 'main',
    now: [{ cluster: 'gke', branch: 'main', layers: ['dev'], objects: 1 }],
    later: [{ cluster: 'eks', branch: 'production', layers: ['prd'], objects: 1 }],
    unchanged: ['aks'],
  };
  const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'dev', name: 'a' };
  const changes = [
    {
      change: 'moved',
      id,
      place: { cluster: 'gke', layer: 'dev' },
      movedFrom: { cluster: 'gke', layer: 'apps' },
      isHook: false,
      file: 'a',
      hunks: [],
    } as const,
  ];
  expect(printText({ before: 'HEAD', after: 'now', reach, findings: [], changes, isDifferent: true }, plain)).toBe(`HEAD → now
objects: 1 moved
now: gke (dev), which follows main
later: eks (prd), which follows production
not at all: aks

gke/dev
> ConfigMap/dev/a moved, from gke/apps
`);
});

test('the same edit of several environments is shown once', () => {
  const edited = (layer: string, context: string) =>
    ({
      change: 'changed',
      id: { group: '', version: 'v1', kind: 'ConfigMap', namespace: layer, name: 'a' },
      place: { cluster: 'gke', layer },
      isHook: false,
      file: 'a',
      hunks: [{ header: '@@ -1,2 +1,2 @@', lines: [` ${context}`, '-x: 1', '+x: 2'] }],
    }) as const;
  const text = printText(
    { before: 'a', after: 'b', findings: [], changes: [edited('dev', 'one'), edited('stg', 'two')], isDifferent: true },
    plain,
    {},
  );
  expect(text).toContain(
    '~ ConfigMap/dev/a changed\n@@ -1,2 +1,2 @@\n one\n-x: 1\n+x: 2\n\ngke/stg\n~ ConfigMap/stg/a changed, as ConfigMap/dev/a of gke/dev is\n',
  );
});
