import { isLoopback } from '../../../../src/cli/seal/certificate/certificates-at';

test.each([
  ['http://localhost:8080/v1/cert.pem', true],
  ['http://127.0.0.1/', true],
  ['http://127.8.9.10:8080/', true],
  ['http://127.1/', true],
  ['http://[::1]:8080/', true],
  ['http://[0:0:0:0:0:0:0:1]/', true],
  ['http://seal.example.com/', false],
  ['http://127.example.com/', false],
  ['http://localhost.example.com/', false],
  ['http://128.0.0.1/', false],
  ['http://[::2]/', false],
])('whether %s stays on this machine: %s', (address, expected) => expect(isLoopback(new URL(address))).toBe(expected));
