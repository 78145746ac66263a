import { seemSame } from '../../../src/cli/bootstrap/same-repository';

test.each([
  ['git@github.com:acme/environments.git', 'ssh://git@github.com/acme/environments'],
  ['https://someone@gitlab.example.com:8443/acme/Environments.git/', 'ssh://git@gitlab.example.com:2222/acme/environments.git'],
  ['work:acme/environments', 'https://github.com/acme/environments.git'],
])('%s is where %s is', (one, other) => {
  expect(seemSame(one, other)).toBe(true);
});

test.each([
  ['git@github.com:me/environments.git', 'https://github.com/acme/environments'],
  ['https://github.com/acme/other', 'https://github.com/acme/environments'],
])('%s is not where %s is', (one, other) => {
  expect(seemSame(one, other)).toBe(false);
});
