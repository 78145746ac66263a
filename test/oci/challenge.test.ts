import { parseChallenges } from '../../src/oci/challenge';

test.each([
  [undefined, []],
  ['', []],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['Basic realm="a b"', [{ scheme: 'basic', parameters: { realm: 'a b' } }]],
  [
    'Bearer realm="https://a/token",service="r, io",scope="repository:a/b:pull,push"',
    [{ scheme: 'bearer', parameters: { realm: 'https://a/token', service: 'r, io', scope: 'repository:a/b:pull,push' } }],
  ],
  ['bearer Realm=https://a/token , SERVICE="say \\"x\\""', [{ scheme: 'bearer', parameters: { realm: 'https://a/token', service: 'say "x"' } }]],
  [
    'Negotiate, Basic realm="x", Bearer realm="y"',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
      { scheme: 'bearer', parameters: { realm: 'y' } },
    ],
  ],
  ['realm="x"', []],
])('%j is understood', (header, expected) => expect(parseChallenges(header)).toEqual(expected));
