import { transportOf } from '../../git/url';
import { applyObject, applyObjects } from '../bootstrap/apply-objects';
import { bind, refuseBoundElsewhere, refuseOtherCluster } from '../bootstrap/binding';
import { agentDeployment } from '../bootstrap/committed-cluster';
import { ensureCredentials } from '../bootstrap/git-credentials';
import { liveCluster, refuseOld } from '../bootstrap/live-cluster';
import { standAlone } from '../bootstrap/other-agents';
import { requireRights } from '../bootstrap/rights';
import { Steps } from '../bootstrap/steps';
import { withCluster } from '../cluster/with-cluster';
import { projectAt } from '../locks/project';
import { announced } from '../print/progress';
import { type Installation, installationOf, printObjects } from './installed-objects';
import type { InstallOptions } from './options';

/** `fairlead install`: the agent and what it follows, applied or printed; nothing is committed. */
export async function runInstall(cluster: string | undefined, options: InstallOptions): Promise<void> {
  const installation = await installationOf(cluster, options);
  if (options.export) process.stdout.write(printObjects(installation.objects));
  else await install(cluster, installation, options);
}

async function install(cluster: string | undefined, { namespace, sync, objects }: Installation, options: InstallOptions): Promise<void> {
  const steps = new Steps();
  await withCluster(options, async (client) => {
    const live = await announced('asking the cluster …', liveCluster(client, options));
    refuseOld(live.version);
    if (cluster !== undefined) refuseOtherCluster(projectAt(process.cwd()).root, cluster, live);
    await refuseBoundElsewhere(client, sync, live.uid, namespace);
    steps.done(`cluster: context ${live.context} at ${live.server}, Kubernetes ${live.version}`);
    steps.done(`rights: ${live.user} ${await requireRights(client, live.user, namespace)}`);
    const own = { namespace, name: agentDeployment(objects)?.metadata.name ?? '' };
    for (const other of await standAlone(client, own, options.takeOver ? 'stop' : 'refuse')) steps.done(`${other} scaled to 0`);

    const last = objects.filter(({ kind }) => ['Deployment', 'GitRepository', 'Kustomization'].includes(kind));
    await announced(
      'applying definitions and the agent …',
      applyObjects(
        client,
        objects.filter((object) => !last.includes(object)),
      ),
    );
    await bind(client, sync, live.uid, namespace);
    await ensureCredentials(client, sync, namespace, process.env);
    for (const object of last) await applyObject(client, object);
    steps.done(`agent applied to namespace ${namespace}, to follow ${sync.path} of ${sync.url}`);
    if (transportOf(sync.url) === 'ssh') steps.ask('fairlead identity shows the key by which it reads Git; fairlead status what became of it');
  });
}
