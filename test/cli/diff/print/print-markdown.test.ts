import fc from 'fast-check';
import { MARKER, printMarkdown } from '../../../../src/cli/diff/print/print-markdown';
import type { Report, ShownChange } from '../../../../src/cli/diff/report';
import type { Finding } from '../../../../src/cli/diff/types';

function change(name: string, lines: readonly string[], layer = 'dev'): ShownChange {
  const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: layer, name };
  const hunks = lines.length === 0 ? [] : [{ header: '@@ -1,1 +1,1 @@', lines }];
  return { change: 'changed', id, place: { cluster: 'gke', layer }, isHook: false, file: 'a.yaml', hunks };
}

function report(changes: readonly ShownChange[], findings: readonly Finding[] = []): Report {
  return { before: 'main', after: 'the program now', findings, changes, isDifferent: true };
}

test('a comment: a line for CI to find it by, what it means, and the rest folded', () => {
  const findings: Finding[] = [
    { topic: 'deletion', level: 'danger', place: { cluster: 'gke', layer: 'dev' }, subject: 'Secret/a', text: 'deleted' },
    { topic: 'image', level: 'note', place: { cluster: 'gke', layer: 'dev' }, subject: 'Deployment/web', text: 'app: web 1 → 2' },
  ];
  const reach = {
    branch: 'main',
    now: [{ cluster: 'gke', branch: 'main', layers: ['dev'], objects: 1 }],
    later: [{ cluster: 'eks', branch: 'production', layers: ['prd'], objects: 2 }],
    unchanged: ['aks'],
  };
  expect(printMarkdown({ ...report([change('web', ['-a: 1', '+a: 2'])], findings), reach })).toBe(`${MARKER}
### main → the program now

Objects: 1 changed.

| cluster | when | branch | layers | objects |
| --- | --- | --- | --- | ---: |
| gke | now | main | dev | 1 |
| eks | later | production | prd | 2 |

Not at all: aks.

**Deletions**

- 🔴 Secret/a: deleted (gke/dev)

**Images**

- Deployment/web: app: web 1 → 2 (gke/dev)

<details><summary>gke/dev: 1 changed</summary>

**~ ConfigMap/dev/web changed**

\`\`\`diff
@@ -1,1 +1,1 @@
-a: 1
+a: 2
\`\`\`

</details>
`);
});

test('what says that a fence ends does not end it', () => {
  const text = printMarkdown(report([change('web', ['+a: ```', '+```'])]));
  expect(text).toContain('````diff\n');
});

test('names are text: no mention, no markup', () => {
  const text = printMarkdown({ ...report([]), before: '@acme/*team* <b>' });
  expect(text).toContain('@\u200bacme/\\*team\\* \\<b\\>');
});

test('the heading of a fold is HTML', () => {
  expect(printMarkdown(report([change('web', ['+a'], '_sync<b>')]))).toContain('<summary>gke/_sync&lt;b&gt;: 1 changed</summary>');
});

test('nobody is mentioned and no issue linked, in folds and with names that begin with an escape too', () => {
  const text = printMarkdown({ ...report([change('web', ['+a'], '@acme/team#1')]), before: '@_root, acme/web#7, !8, &#64;acme, ~~gone~~' });
  expect(text.replaceAll('@@', '')).not.toMatch(/@(?!\u200b)|[#!](?=\d)/);
  expect(text).toContain('\\&\\#\u200b64;acme, \\~\\~gone');
});

test('a long object is cut, and what was cut is counted', () => {
  const text = printMarkdown(
    report([
      change(
        'web',
        Array.from({ length: 1000 }, (_, line) => `+line ${line}`),
      ),
    ]),
  );
  expect(text).toContain('_601 more lines_');
});

test('a line without end keeps nothing out that comes after it', () => {
  const text = printMarkdown(report([change('a', [`+a: ${'x'.repeat(100_000)}`]), change('b', ['+here: it is'])]));
  expect(text).toContain('… (98004 more characters)');
  expect(text).toContain('+here: it is');
});

test('objects that do not fit are counted', () => {
  const changes = Array.from({ length: 500 }, (_, n) =>
    change(
      `web-${n}`,
      Array.from({ length: 30 }, (__, line) => `+line ${n} ${line}`),
    ),
  );
  expect(printMarkdown(report(changes))).toMatch(/_\d+ more changed objects do not fit here/);
});

const line = fc.tuple(fc.constantFrom(' ', '-', '+'), fc.string({ maxLength: 200 })).map((parts) => parts.join('').replace(/\n/g, ''));
const changes = fc.array(
  fc
    .record({ name: fc.string({ maxLength: 60 }), layer: fc.constantFrom('dev', 'stg', 'prd'), lines: fc.array(line, { maxLength: 60 }) })
    .map((one) => change(one.name, one.lines, one.layer)),
  { maxLength: 60 },
);
const findings = fc.array(
  fc
    .record({ subject: fc.string({ maxLength: 60 }), text: fc.string({ maxLength: 200 }) })
    .map((one): Finding => ({ topic: 'image', level: 'note', place: { cluster: 'gke', layer: 'dev' }, ...one })),
  { maxLength: 60 },
);

test('it fits, every fence that opens closes, and every fold too', () => {
  fc.assert(
    fc.property(changes, findings, fc.integer({ min: 2000, max: 20_000 }), fc.boolean(), (shown, found, maxSize, summary) => {
      const text = printMarkdown(report(shown, found), { maxSize, summary });
      expect(text.length).toBeLessThanOrEqual(maxSize);
      expect(text.startsWith(MARKER)).toBe(true);
      let fence: string | undefined;
      let folds = 0;
      for (const each of text.split('\n')) {
        if (fence === undefined && /^`{3,}diff$/.test(each)) fence = each.slice(0, -'diff'.length);
        else if (fence === each) fence = undefined;
        else if (fence === undefined && each.startsWith('<details>')) folds++;
        else if (fence === undefined && each === '</details>') folds--;
      }
      expect([fence, folds]).toEqual([undefined, 0]);
    }),
    { numRuns: 60 },
  );
});
