import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { build } from 'esbuild';
import { errors } from '../common/errors';
import { callApi } from './bed-api';
import { bedFiles } from './bed-files';
import type { BedServers } from './bed-servers';
import type { Binaries } from './binaries';
import { CertificateAuthority, type CertifiedKey } from './certificates';
import { AUDIT_POLICY, apiServerArgs, auditArgs, type BedPorts, controllerArgs, etcdArgs, kwokArgs, schedulerArgs } from './control-plane';
import { fakeNode } from './fake-node';
import type { GitServerOptions } from './git-server';
import { type Access, kubeconfig } from './kubeconfig';
import { kwokStages } from './kwok-stages';
import type { ToolName } from './tools';

/** What starts, and from what. */
export interface BedPlan {
  readonly folder: string;
  readonly ports: BedPorts;
  readonly binaries: Partial<Binaries<ToolName>>;
  readonly leashed: boolean;
  readonly nodes: number;
  readonly controllers: boolean;
  readonly scheduler: boolean;
  readonly kwok: boolean;
  readonly processImages: RegExp;
  readonly registry: boolean;
  readonly audit: boolean;
  /** Undefined: no Git server. */
  readonly git?: Pick<GitServerOptions, 'credentials'>;
  readonly ssh: boolean;
}

/** Starts the servers of a bed and resolves once they all serve. When it fails nothing is under way any more. */
export async function boot(plan: BedPlan, servers: BedServers): Promise<void> {
  const admin = await writeFiles(plan);
  const parts = [bootKubernetes(plan, servers, admin), bootGit(plan, servers), bootSsh(plan, servers), bootRegistry(plan, servers)];
  try {
    await Promise.all(parts);
  } catch (error) {
    await servers.stop();
    await Promise.allSettled(parts);
    throw error;
  }
}

type Admin = Access & { readonly identity: CertifiedKey };

async function writeFiles({ folder, ports, processImages }: BedPlan): Promise<Admin> {
  const files = bedFiles(folder);
  const authority = new CertificateAuthority('fairlead-testbed');
  const serving = authority.issue({
    commonName: 'kube-apiserver',
    usage: 'server',
    hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc', '10.96.0.1'],
  });
  const identity = authority.issue({ commonName: 'admin', organization: 'system:masters', usage: 'client' });
  const admin: Admin = { url: `https://127.0.0.1:${ports.apiServer}`, ca: authority.certificate, identity };
  const tokenKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = { mode: 0o600 };
  await Promise.all([mkdir(files.logs), mkdir(files.repositories)]);
  await Promise.all([
    writeFile(files.authority, authority.certificate),
    writeFile(files.servingCertificate, serving.certificate),
    writeFile(files.servingKey, serving.key, secret),
    writeFile(files.serviceAccountKey, tokenKey.privateKey.export({ type: 'sec1', format: 'pem' }), secret),
    writeFile(files.serviceAccountPublicKey, tokenKey.publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(files.stages, kwokStages(processImages)),
    writeFile(files.auditPolicy, JSON.stringify(AUDIT_POLICY)),
    writeFile(files.kubeconfig, kubeconfig(admin), secret),
  ]);
  return admin;
}

async function bootKubernetes(plan: BedPlan, servers: BedServers, admin: Admin): Promise<void> {
  const { folder, ports, leashed } = plan;
  servers.start('etcd', plan.binaries.etcd!, etcdArgs(folder, ports), leashed);
  const audit = plan.audit ? auditArgs(folder) : [];
  servers.start('kube-apiserver', plan.binaries['kube-apiserver']!, [...apiServerArgs(folder, ports), ...audit], leashed);
  await servers.ready('kube-apiserver', async () => (await callApi(admin, 'GET', '/readyz')).status === 200);

  if (plan.controllers) servers.start('kube-controller-manager', plan.binaries['kube-controller-manager']!, controllerArgs(folder), leashed);
  if (plan.scheduler) servers.start('kube-scheduler', plan.binaries['kube-scheduler']!, schedulerArgs(folder), leashed);
  if (plan.kwok) servers.start('kwok', plan.binaries.kwok!, kwokArgs(folder), leashed);
  const nodes = plan.kwok ? Array.from({ length: plan.nodes }, (_, index) => fakeNode(index)) : [];
  await Promise.all([
    ...nodes.map((node) => addNode(admin, servers, node)),
    // Pods are refused until the controller has made it.
    plan.controllers &&
      servers.ready(
        'kube-controller-manager',
        async () => (await callApi(admin, 'GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200,
      ),
  ]);
}

async function addNode(admin: Admin, servers: BedServers, node: ReturnType<typeof fakeNode>): Promise<void> {
  const created = await callApi(admin, 'POST', '/api/v1/nodes', node);
  if (created.status !== 201)
    throw errors.BedServerFailed({ server: 'kube-apiserver', reason: `refused node ${node.metadata.name}`, tail: created.body });
  await servers.ready('kwok', async () =>
    /"type":"Ready","status":"True"/.test((await callApi(admin, 'GET', `/api/v1/nodes/${node.metadata.name}`)).body),
  );
}

async function bootGit(plan: BedPlan, servers: BedServers): Promise<void> {
  if (!plan.git) return;
  const files = bedFiles(plan.folder);
  // A program of its own, so that git commands that block this process are served; bundled, so that it runs from sources and compiled alike.
  const entry = join(__dirname, `git-main${extname(__filename)}`);
  const options: GitServerOptions = { root: files.repositories, ...plan.git };
  await Promise.all([
    build({ entryPoints: [entry], outfile: files.gitProgram, bundle: true, platform: 'node', logLevel: 'silent' }),
    writeFile(files.gitOptions, JSON.stringify(options), { mode: 0o600 }),
  ]);
  servers.start('git', process.execPath, [files.gitProgram, String(plan.ports.git), files.gitOptions], plan.leashed);
  await servers.ready('git', () => answers(`http://127.0.0.1:${plan.ports.git}/healthz`));
}

async function bootSsh(plan: BedPlan, servers: BedServers): Promise<void> {
  if (!plan.ssh) return;
  const files = bedFiles(plan.folder);
  const keys = dirname(files.sshIdentity);
  await mkdir(keys, { mode: 0o700 });
  const args = ['-address', `127.0.0.1:${plan.ports.ssh}`, '-root', files.repositories, '-keys', keys];
  servers.start('ssh', plan.binaries['ssh-server']!, args, plan.leashed);
  await servers.ready('ssh', () => accepts(plan.ports.ssh));
}

async function bootRegistry(plan: BedPlan, servers: BedServers): Promise<void> {
  if (!plan.registry) return;
  servers.start('registry', plan.binaries.registry!, ['-port', String(plan.ports.registry)], plan.leashed);
  await servers.ready('registry', () => answers(`http://127.0.0.1:${plan.ports.registry}/v2/`));
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
