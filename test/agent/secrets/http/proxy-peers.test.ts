import { ProxyPeers, plainAddress } from '../../../../src/agent/secrets/http/proxy-peers';

const client = (endpoints: unknown) => ({ get: async () => ({ endpoints }) as never });

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:10.0.0.1', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.1'],
  ['fd00::1', 'fd00::1'],
  ['::ffff:a00:1', '::ffff:a00:1'],
  ['', ''],
])('the address %s is %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

test.each([
  ['10.1.2.3', true],
  ['10.2.0.1', false],
  ['fd00::7', true],
  ['fe80::7', false],
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['2001:db8::1', true],
  ['', false],
  ['10.1.2.3.4', false],
  ['nonsense', false],
])('whether requests come from %s through a proxy: %s', async (address, expected) => {
  const endpoints = [{ addresses: ['192.0.2.1'] }, {}, { addresses: ['2001:db8::1'] }];
  expect(await new ProxyPeers(client(endpoints), ['10.1.0.0/16', 'fd00::/8']).has(address)).toBe(expected);
});

test.each([undefined, null, []])('where the API servers have said nothing (%s), nobody is one', async (endpoints) => {
  expect(await new ProxyPeers(client(endpoints), []).has('192.0.2.1')).toBe(false);
});
