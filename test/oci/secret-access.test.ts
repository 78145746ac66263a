import { errors } from '../../src/common/errors';
import { parseImageName } from '../../src/oci/image-name';
import { certificatesInSecret, credentialsInSecret } from '../../src/oci/secret-access';

const image = parseImageName('ghcr.io/a/b');
const auth = { username: 'me', password: 'secret' };
const auths = { 'ghcr.io': auth };

test.each([
  ['.dockerconfigjson', { '.dockerconfigjson': JSON.stringify({ auths }) }, auth],
  ['.dockercfg', { '.dockercfg': JSON.stringify(auths) }, auth],
  ['username and password', auth, auth],
  ['another registry', { '.dockerconfigjson': JSON.stringify({ auths: { 'quay.io': auth } }) }, undefined],
  ['nothing', {}, undefined],
])('a Secret with %s is read', (_, values: Record<string, string>, expected) => expect(credentialsInSecret(values, image, 'ns/s')).toEqual(expected));

test.each<Record<string, string>>([{ '.dockerconfigjson': '{' }, { '.dockercfg': '[]' }])('%j is refused', (values) => {
  expect(() => credentialsInSecret(values, image, 'ns/s')).toThrow(
    expect.objectContaining({ code: errors.DockerConfigInvalid.code, detail: expect.stringContaining('secret ns/s') }),
  );
});

test.each<Record<string, string>>([{ 'tls.crt': 'C' }, { 'tls.key': 'K' }])('%j is refused: one is of no use without the other', (values) => {
  expect(() => certificatesInSecret(values, 'ns/s')).toThrow(
    expect.objectContaining({ code: errors.RegistrySecretUnusable.code, detail: expect.stringContaining('secret ns/s') }),
  );
});
