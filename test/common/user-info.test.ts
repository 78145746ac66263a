import fc from 'fast-check';
import { userInfo } from '../../src/common/user-info';

test('what was written into an address comes out of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (username, password) => {
      const url = new URL('http://proxy:3128');
      url.username = encodeURIComponent(username);
      url.password = encodeURIComponent(password);
      expect(userInfo(url)).toEqual({ username, password });
    }),
  );
});

test.each([
  ['http://me:100%@proxy', '100%'],
  ['http://me:%zz@proxy', '%zz'],
  ['http://me:a%20b%@proxy', 'a b%'],
  ['http://proxy', ''],
])('of %s the password is %j', (url, password) => {
  expect(userInfo(new URL(url)).password).toBe(password);
});
