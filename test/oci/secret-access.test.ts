import { errors } from '../../src/common/errors';
import { parseImageName } from '../../src/oci/image-name';
import { accessInSecret } from '../../src/oci/secret-access';

const image = parseImageName('ghcr.io/a/b');
const auth = { username: 'me', password: 'secret' };
const auths = { 'ghcr.io': auth };

test.each([
  ['.dockerconfigjson', { '.dockerconfigjson': JSON.stringify({ auths }) }, { ...auth, secret: 'ns/s' }],
  ['.dockercfg', { '.dockercfg': JSON.stringify(auths) }, { ...auth, secret: 'ns/s' }],
  ['username and password', auth, { ...auth, secret: 'ns/s' }],
  ['another registry', { '.dockerconfigjson': JSON.stringify({ auths: { 'quay.io': auth } }) }, { secret: 'ns/s' }],
  ['nothing', {}, { secret: 'ns/s' }],
  ['an authority', { 'ca.crt': 'PEM' }, { certificateAuthority: 'PEM', secret: 'ns/s' }],
  ['an authority, as it was called', { caFile: 'PEM' }, { certificateAuthority: 'PEM', secret: 'ns/s' }],
  [
    'everything',
    { ...auth, 'ca.crt': 'PEM', 'tls.crt': 'C', 'tls.key': 'K' },
    { ...auth, secret: 'ns/s', certificateAuthority: 'PEM', clientCertificate: 'C', clientKey: 'K' },
  ],
])('a Secret with %s is read', (_, values: Record<string, string>, expected) => expect(accessInSecret(values, image, 'ns/s')).toEqual(expected));

test.each<Record<string, string>>([{ '.dockerconfigjson': '{' }, { '.dockercfg': '[]' }, { 'tls.crt': 'C' }, { 'tls.key': 'K' }])(
  '%j is refused',
  (values) => {
    expect(() => accessInSecret(values, image, 'ns/s')).toThrow(
      expect.objectContaining({ code: errors.DockerConfigInvalid.code, detail: expect.stringContaining('secret ns/s') }),
    );
  },
);
