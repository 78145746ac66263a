import { type AgentOptions, runAgent } from '../../src/agent/main';
import { agentCommand } from '../../src/cli/agent';

jest.mock('../../src/agent/main', () => ({ runAgent: jest.fn(async () => 0) }));

beforeEach(() => {
  jest.mocked(runAgent).mockClear();
  jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
});
afterEach(() => jest.restoreAllMocks());

/** What the agent's unsealing is started with, or why it is not. */
async function optionsOf(...args: string[]): Promise<unknown> {
  const options = await allOptionsOf(...args);
  return typeof options === 'string' ? options : options.sealedSecrets;
}

async function allOptionsOf(...args: string[]): Promise<AgentOptions | string> {
  let said = '';
  const command = agentCommand()
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch {
    return said;
  }
  return jest.mocked(runAgent).mock.calls.at(-1)![0];
}

const defaults = {
  namespace: 'kube-system',
  address: undefined,
  trustedProxies: [],
  takeOver: false,
  firstKey: 'make',
  keyRenewPeriodMs: 2_592_000_000,
};

test.each<[string[], object | undefined]>([
  [[], defaults],
  [['--sealed-secrets=off'], undefined],
  [['--sealed-secrets-namespace=sealed-secrets'], { ...defaults, namespace: 'sealed-secrets' }],
  [['--sealed-secrets-addr=:8080'], { ...defaults, address: ':8080' }],
  [['--sealed-secrets-trust-proxy=10.0.0.0/24, fd00::/8'], { ...defaults, trustedProxies: ['10.0.0.0/24', 'fd00::/8'] }],
  [['--take-over'], { ...defaults, takeOver: true }],
  [['--first-sealing-key=wait'], { ...defaults, firstKey: 'wait' }],
  [['--sealed-secrets-key-renew-period=0'], { ...defaults, keyRenewPeriodMs: 0 }],
  [['--sealed-secrets-key-renew-period=1h30m'], { ...defaults, keyRenewPeriodMs: 5_400_000 }],
])('the agent is started by %j', async (args, options) => {
  expect(await optionsOf(...args)).toEqual(options);
});

test.each([
  ['--sealed-secrets=maybe', 'Allowed choices are on, off'],
  ['--sealed-secrets-namespace=Kube_System', 'It must be the name of a namespace'],
  ['--sealed-secrets-addr=8080', 'It must be HOST:PORT'],
  ['--sealed-secrets-trust-proxy=10.0.0.1', '"10.0.0.1" is no network in CIDR notation'],
  ['--sealed-secrets-trust-proxy=10.0.0.0/33', '"10.0.0.0/33" is no network'],
  ['--sealed-secrets-trust-proxy=10.0.0.0/8,', '"" is no network'],
  ['--first-sealing-key=never', 'Allowed choices are make, wait'],
  ['--sealed-secrets-key-renew-period=30d', 'It must be a duration such as 720h or 30m, or 0'],
  ['--take-over --sealed-secrets=off', '--take-over needs --sealed-secrets=on'],
])('%s is refused with words', async (args, words) => {
  expect(await optionsOf(...args.split(' '))).toContain(words);
  expect(runAgent).not.toHaveBeenCalled();
});

test('an address and a folder are completed, and what is not asked for is off', async () => {
  expect(await allOptionsOf()).toMatchObject({ sync: undefined, imageAutomation: true, gitReadOnly: false });
  const options = await allOptionsOf(
    ...['--git-url=git@github.com:acme/fleet', '--git-path=dist/gke', '--git-known-hosts=/etc/hosts', '--prune=off'],
    ...['--image-automation=off', '--git-read-only'],
  );
  expect(options).toMatchObject({
    sync: {
      url: 'ssh://git@github.com/acme/fleet',
      branch: 'main',
      path: 'dist/gke',
      repositoryName: 'fleet',
      kustomizationName: 'gke',
      secretName: 'fleet',
      knownHosts: '/etc/hosts',
      prune: false,
    },
    imageAutomation: false,
    gitReadOnly: true,
  });
});

test('an address without a folder, or a folder without an address, is refused with words', async () => {
  expect(await allOptionsOf('--git-url=https://host/fleet')).toContain('--git-url and --git-path belong together');
  expect(await allOptionsOf('--git-path=dist/gke')).toContain('--git-url and --git-path belong together');
});
