import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessNode } from '../../src/testbed/process-node';
import { compiledCli } from '../cli/compiled-cli';
import { AGENT_IMAGES, agentImage } from '../support/agent-image';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { BootstrapRepository } from '../support/bootstrap-repository';
import { sealExample } from '../support/example-seal';

const TIMEOUT_MS = 240_000;
const bed = useBed({ ssh: true, processImages: AGENT_IMAGES });
let node: ProcessNode;
let environments: BootstrapRepository;

beforeAll(async () => {
  node = ProcessNode.start(bed(), { ...agentImage(), command: [process.execPath, compiledCli()] }, { firstBackOffMs: 500 });
  environments = await BootstrapRepository.create(bed(), 'podinfo-environments');
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await node?.stop();
  environments?.remove();
});

test(
  'an empty cluster follows its folder: one command, and the key it prints added by hand',
  async () => {
    const key = await sealExample(environments.repository, 'gke', { 'gke/dev/basic-auth': { user: 'podinfo', password: 'made up for tests' } });
    const backup = environments.scratchFile('keys.json', JSON.stringify(key));
    await environments.git('add', '--all');
    await environments.git('commit', '--quiet', '--message', 'Environments');

    const bootstrap = environments.start(['bootstrap', 'gke', '--restore-keys', backup, '--timeout', '40s']);
    let publicKey: string | undefined;
    while (publicKey === undefined) {
      publicKey = /^ {4}(ssh-ed25519 \S+)/m.exec(bootstrap.output())?.[1];
      if (publicKey === undefined)
        await Promise.race([sleep(200), bootstrap.result.then(({ stderr }) => Promise.reject(new Error(`${stderr}\n${node.logs()}`)))]);
    }
    bed().gitOverSsh.authorize(publicKey);
    const { status, stdout, stderr } = await bootstrap.result;
    if (status !== 0) throw new Error(`${stderr}\n${node.logs()}`);
    expect(stdout).toMatch(/^cluster gke follows dist\/gke\/_sync and is Ready at [0-9a-f]{7}\n$/);
  },
  TIMEOUT_MS,
);
