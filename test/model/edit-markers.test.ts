import { editMarkers, MarkerSyntaxError, policiesIn } from '../../src/model/edit-markers';
import type { VersionRef } from '../../src/model/version-ref';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const refs = new Map<string, VersionRef>([
  ['apps:podinfo', { name: 'ghcr.io/podinfo', tag: '6.7.1' }],
  ['apps:pinned', { name: 'ghcr.io/pinned', tag: '1.10', digest: DIGEST }],
]);
const marker = (policy: string) => `# {"$imagepolicy": "${policy}"}`;
const edited = (text: string) => editMarkers(text, refs).text;

test.each([
  ['the whole reference', `image: "a:1" ${marker('apps:podinfo')}\n`, `image: "ghcr.io/podinfo:6.7.1" ${marker('apps:podinfo')}\n`],
  ['with its digest', `image: "a:1" ${marker('apps:pinned')}\n`, `image: "ghcr.io/pinned:1.10@${DIGEST}" ${marker('apps:pinned')}\n`],
  ['its name', `a: "b" ${marker('apps:podinfo:name')}\n`, `a: "ghcr.io/podinfo" ${marker('apps:podinfo:name')}\n`],
  ['its tag', `a: "b" ${marker('apps:podinfo:tag')}\n`, `a: "6.7.1" ${marker('apps:podinfo:tag')}\n`],
  ['its digest', `a: "b" ${marker('apps:pinned:digest')}\n`, `a: "${DIGEST}" ${marker('apps:pinned:digest')}\n`],
])('a marked scalar becomes %s', (_, text, expected) => expect(edited(text)).toBe(expected));

test('a syntax error names its line', () => {
  expect(() => policiesIn(`a: 1\nb: [ ${marker('apps:podinfo')}\n`)).toThrow(MarkerSyntaxError);
});
