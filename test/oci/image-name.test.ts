import { isLocalRegistry, parseImageName } from '../../src/oci/image-name';

test.each([
  ['podinfo', 'index.docker.io', 'registry-1.docker.io', 'library/podinfo'],
  ['stefanprodan/podinfo', 'index.docker.io', 'registry-1.docker.io', 'stefanprodan/podinfo'],
  ['docker.io/podinfo', 'index.docker.io', 'registry-1.docker.io', 'library/podinfo'],
  ['docker.io/stefanprodan/podinfo', 'index.docker.io', 'registry-1.docker.io', 'stefanprodan/podinfo'],
  ['index.docker.io/stefanprodan/podinfo', 'index.docker.io', 'registry-1.docker.io', 'stefanprodan/podinfo'],
  ['registry-1.docker.io/library/redis', 'index.docker.io', 'registry-1.docker.io', 'library/redis'],
  ['ghcr.io/a/b/c', 'ghcr.io', 'ghcr.io', 'a/b/c'],
  ['localhost/app', 'localhost', 'localhost', 'app'],
  ['localhost:5000/app', 'localhost:5000', 'localhost:5000', 'app'],
  ['registry:5000/app', 'registry:5000', 'registry:5000', 'app'],
  ['[::1]:5000/team/app', '[::1]:5000', '[::1]:5000', 'team/app'],
  ['team/a_b-c.d', 'index.docker.io', 'registry-1.docker.io', 'team/a_b-c.d'],
])('%s is at %s', (image, registry, host, path) => expect(parseImageName(image)).toEqual({ name: `${registry}/${path}`, registry, host, path }));

test.each([
  ['https://ghcr.io/a/b', "remove 'https://'"],
  ['oci://ghcr.io/a/b', "remove 'oci://'"],
  ['ghcr.io/a/b:1.0', "remove ':1.0'"],
  ['localhost:5000/a:1.0', "remove ':1.0'"],
  ['ghcr.io/a@sha256:abc', "remove '@sha256:abc'"],
  ['ghcr.io/A/b', 'a-z, 0-9'],
  ['ghcr.io/', '2 to 255'],
  ['a', '2 to 255'],
  ['', '2 to 255'],
  ['ghcr.io/a//b', 'between slashes'],
  ['ghcr.io/a/../../token', 'between slashes'],
  ['ghcr.io/a/b?c', 'a-z, 0-9'],
  ['user@ghcr.io/a/b', 'is no host'],
  ['ghcr.io:99999999/a', 'is no host'],
])('%s is refused', (image, why) => expect(() => parseImageName(image)).toThrow(why));

test.each([
  ['localhost:5000', true],
  ['localhost', false],
  ['registry.localhost', true],
  ['registry.localhost:5000', true],
  ['127.0.0.1', true],
  ['127.0.0.1:5000', true],
  ['127.0.0.2:5000', false],
  ['[::1]:5000', true],
  ['10.1.2.3:5000', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1:80', true],
  ['10.example.com', false],
  ['ghcr.io', false],
  ['localhost.example.com:5000', false],
])('%s may speak plain HTTP: %s', (registry, expected) => expect(isLocalRegistry(registry)).toBe(expected));
