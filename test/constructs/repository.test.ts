import { Repository } from '../../src';

test.each([
  ['git@github.com:acme/podinfo-environments', 'ssh://git@github.com/acme/podinfo-environments', 'podinfo-environments'],
  ['github.com:acme/fleet.git', 'ssh://git@github.com/acme/fleet.git', 'fleet'],
  ['deploy@git.example.com:/srv/Fleet.git', 'ssh://deploy@git.example.com/srv/Fleet.git', 'fleet'],
  ['ssh://git@git.example.com:2222/acme/fleet', 'ssh://git@git.example.com:2222/acme/fleet', 'fleet'],
  ['https://gitlab.example.com/group/sub/fleet.git/', 'https://gitlab.example.com/group/sub/fleet.git/', 'fleet'],
  ['http://127.0.0.1:3000/fleet.git', 'http://127.0.0.1:3000/fleet.git', 'fleet'],
])('%s is read at %s and called %s', (given, url, name) => {
  const repository = Repository.git(given);
  expect({ url: repository.url, name: repository.name }).toEqual({ url, name });
});

test('over ssh it needs credentials, so they have a name', () => {
  expect(Repository.git('git@github.com:acme/fleet').secretName).toBe('fleet');
  expect(Repository.git('git@github.com:acme/fleet', { secretName: 'deploy-key' }).secretName).toBe('deploy-key');
  expect(Repository.git('https://github.com/acme/fleet').secretName).toBeUndefined();
});

test.each([
  ['./fleet', 'FL2013'],
  ['file:///srv/fleet', 'FL2013'],
  ['https://github.com', 'FL2013'],
  ['https://user:hunter2@github.com/acme/fleet', 'FL2014'],
  ['https://github.com/acme/my_fleet', 'FL2015'],
])('%s is refused', (url, code) => {
  expect(() => Repository.git(url)).toThrow(code);
  expect(() => Repository.git(url)).not.toThrow('hunter2');
});

test('a folder cannot leave its repository', () => {
  expect(Repository.git('https://github.com/acme/fleet', { directory: './deploy/' }).directory).toBe('deploy');
  expect(() => Repository.git('https://github.com/acme/fleet', { directory: '../other' })).toThrow('FL2016');
});
