import { chooseForge } from '../../../src/cli/forge/find-forge';

const GITHUB = { GITHUB_TOKEN: 'a' };
const GITLAB = { GITLAB_TOKEN: 'b' };

test.each([
  ['ssh://git@github.com/acme/envs.git', GITHUB, 'github https://api.github.com acme/envs'],
  ['ssh://git@ssh.github.com:443/acme/envs', GITHUB, 'github https://api.github.com acme/envs'],
  ['https://github.com/acme/envs', { ...GITHUB, ...GITLAB }, 'github https://api.github.com acme/envs'],
  ['https://github.com/acme/envs', GITLAB, undefined],
  ['https://github.com/acme/envs', {}, undefined],
  ['ssh://git@github.acme.com/acme/envs', { ...GITHUB, GITHUB_API_URL: 'https://api.github.com' }, 'github https://github.acme.com/api/v3 acme/envs'],
  ['ssh://git@git.acme.com/acme/envs', { ...GITHUB, GITHUB_API_URL: 'https://git.acme.com/v3' }, 'github https://git.acme.com/v3 acme/envs'],
  ['ssh://git@gitlab.com/acme/platform/envs', GITLAB, 'gitlab https://gitlab.com/api/v4 acme/platform/envs'],
  ['ssh://git@git.acme.com:2222/acme/envs', GITLAB, 'gitlab https://git.acme.com/api/v4 acme/envs'],
  [
    'https://git.acme.com/acme/envs',
    { ...GITLAB, CI_API_V4_URL: 'https://git.acme.com/gitlab/api/v4' },
    'gitlab https://git.acme.com/gitlab/api/v4 acme/envs',
  ],
  ['https://git.acme.com/acme/envs', { ...GITLAB, CI_API_V4_URL: 'https://gitlab.com/api/v4' }, 'gitlab https://git.acme.com/api/v4 acme/envs'],
  ['https://git.acme.com/acme/envs', { ...GITLAB, ...GITHUB }, undefined],
  ['https://gitlab.acme.com/acme/envs', { ...GITLAB, ...GITHUB }, 'gitlab https://gitlab.acme.com/api/v4 acme/envs'],
  ['ssh://git@codeberg.org/acme/envs', GITHUB, undefined],
  ['ssh://git@ssh.dev.azure.com/v3/acme/envs/envs', GITLAB, undefined],
  ['ssh://git@git.acme.com/envs', GITHUB, undefined],
])('%s with %j is %s', (url, variables, expected) => {
  const choice = chooseForge(url, variables);
  expect(choice && `${choice.kind} ${choice.url} ${choice.path}`).toBe(expected);
});
