import { GitHub } from './github';
import { GitLab } from './gitlab';
import type { Forge } from './types';

/** Forges of other kinds: no token for GitHub or GitLab is theirs to see. */
const OTHERS = /(?:^|\.)(?:bitbucket\.org|dev\.azure\.com|visualstudio\.com|codeberg\.org|gitea\.com|sr\.ht|amazonaws\.com|sourceforge\.net)$/;

type Variables = Readonly<Record<string, string | undefined>>;

/** Which API of which server is spoken to, and as whom. */
export interface ForgeChoice {
  readonly kind: 'github' | 'gitlab';
  readonly url: string;
  readonly token: string;
  /** `owner/name` */
  readonly path: string;
  readonly host: string;
}

/**
 * The forge of a repository, where there is a token for it: GITHUB_TOKEN (or GH_TOKEN) or GITLAB_TOKEN. Servers other than github.com and gitlab.com are
 * what the token is for; where both are given, what the name says. Undefined: no token, so whoever runs this adds keys by hand.
 */
export function chooseForge(repositoryUrl: string, variables: Variables): ForgeChoice | undefined {
  const { hostname, pathname } = new URL(repositoryUrl);
  const path = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  const github = variables.GITHUB_TOKEN || variables.GH_TOKEN;
  const gitlab = variables.GITLAB_TOKEN;
  const host = hostname.replace(/^(ssh|altssh)\.(github|gitlab)\.com$/, '$2.com');
  const kind = kindOf(host, github, gitlab);
  const token = kind === 'github' ? github : gitlab;
  if (kind === undefined || !token || path.split('/').length < 2) return undefined;
  return { kind, url: apiOf(kind, host, variables), token, path, host };
}

export function findForge(repositoryUrl: string, variables: Variables = process.env): Forge | undefined {
  const choice = chooseForge(repositoryUrl, variables);
  if (choice === undefined) return undefined;
  const { kind, url, token, path, host } = choice;
  return kind === 'github' ? new GitHub(url, token, path, host) : new GitLab(url, token, path, host);
}

function kindOf(host: string, github: string | undefined, gitlab: string | undefined): ForgeChoice['kind'] | undefined {
  if (host === 'github.com') return 'github';
  if (host === 'gitlab.com') return 'gitlab';
  if (/gitlab/.test(host)) return 'gitlab';
  if (/github/.test(host)) return 'github';
  if (OTHERS.test(host) || (github && gitlab)) return undefined;
  return github ? 'github' : 'gitlab';
}

/** CI systems say where their own API is; what is said of another host does not count there. */
function apiOf(kind: ForgeChoice['kind'], host: string, variables: Variables): string {
  if (kind === 'github') {
    const said = variables.GITHUB_API_URL;
    if (said && (host === 'github.com' || !isOf(said, 'api.github.com'))) return said;
    return host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
  }
  if (variables.GITLAB_API_URL) return variables.GITLAB_API_URL;
  const ci = variables.CI_API_V4_URL;
  return ci && isOf(ci, host) ? ci : `https://${host}/api/v4`;
}

function isOf(url: string, host: string): boolean {
  return URL.canParse(url) && new URL(url).hostname === host;
}
