import type { Revision } from '../../../src/agent/helm/release-state';
import { earlierGood, versionIn } from '../../../src/cli/rollback/good-revision';
import type { DecodedRelease } from '../../../src/render/types';

/** `1:superseded:a` is revision 1, superseded, made of chart and values a; without the last by another than us. */
function revisions(...texts: readonly string[]): Revision[] {
  return texts.map((text) => {
    const [version, status, make] = text.split(':');
    const made = make === undefined ? {} : { made: { chart: make, config: make } };
    return { version: Number(version), status: status as Revision['status'], isOurs: make !== undefined, touchedMs: 0, ...made };
  });
}

test.each([
  ['the one before', ['1:superseded:a', '2:deployed:b'], [1]],
  ['none that failed', ['1:superseded:a', '2:failed:b', '3:deployed:c'], [1]],
  ['the deployed one, where the latest failed or is under way', ['1:superseded:a', '2:deployed:b', '3:pending-upgrade:c'], [2, 1]],
  ['none that is what runs', ['1:superseded:a', '2:failed:b', '3:deployed:a'], []],
  ['one of another than us', ['1:superseded', '2:deployed:b'], [1]],
  ['nothing of the first', ['1:deployed:a'], []],
  ['nothing of none', [], []],
])('goes back to %s', (_, texts, expected) => expect(earlierGood(revisions(...texts)).map(({ version }) => version)).toEqual(expected));

const release = (manifest: string): DecodedRelease => ({ manifest, chart: { name: 'dns', version: '6.3.1' } }) as DecodedRelease;

test.each([
  ['        image: "r.io/a/b:1.2.3"\n', '1.2.3'],
  ['        image: r.io/a/b:dev-1\n', 'dev-1'],
  ['        - --image=r.io/a/b:2\n', '2'],
  ['        image: other.r.io/a/b:1\n', undefined],
  ['        image: r.io/a/bc:1\n', undefined],
])('the version of an image is read from %j', (manifest, tag) => expect(versionIn(release(manifest), 'images/b', 'r.io/a/b')?.tag).toBe(tag));

test('the version of a chart is that of the release', () => expect(versionIn(release(''), 'charts/dns', 'charts.io/dns')?.tag).toBe('6.3.1'));
