import { join } from 'node:path';
import { bedFiles } from './bed-files';

/** Loopback ports of a bed, one for each listener. */
export interface BedPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly git: number;
  readonly ssh: number;
  readonly registry: number;
}

/** A throw-away store: nothing is synced to disk. */
export function etcdArgs(folder: string, ports: BedPorts): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=warn',
  ];
}

export function apiServerArgs(folder: string, ports: BedPorts): string[] {
  const files = bedFiles(folder);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    `--tls-cert-file=${files.servingCertificate}`,
    `--tls-private-key-file=${files.servingKey}`,
    `--client-ca-file=${files.authority}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // Endpoints refuse a loopback address, and no Pod is there to use them.
    '--endpoint-reconciler-type=none',
    // Names of nodes are no names of hosts here.
    '--kubelet-preferred-address-types=InternalIP',
    // The fake nodes would have to wait for the not-ready taint to be taken off.
    '--disable-admission-plugins=TaintNodesByCondition',
  ];
}

/** Who asked for what, one JSON line a request, without bodies. */
export const AUDIT_POLICY = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules: [{ level: 'Metadata' }] };

export function auditArgs(folder: string): string[] {
  const files = bedFiles(folder);
  return [`--audit-policy-file=${files.auditPolicy}`, `--audit-log-path=${files.auditLog}`];
}

/** With high limits, or large benchmarks would measure its own throttling; and with an autoscaler that nobody has to wait for. */
export function controllerArgs(folder: string): string[] {
  const files = bedFiles(folder);
  return [
    `--kubeconfig=${files.kubeconfig}`,
    '--secure-port=0',
    `--root-ca-file=${files.authority}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    '--leader-elect=false',
    '--kube-api-qps=500',
    '--kube-api-burst=500',
    '--horizontal-pod-autoscaler-sync-period=1s',
  ];
}

export function schedulerArgs(folder: string): string[] {
  const files = bedFiles(folder);
  return [`--kubeconfig=${files.kubeconfig}`, '--secure-port=0', '--leader-elect=false', '--kube-api-qps=500', '--kube-api-burst=500'];
}

export function kwokArgs(folder: string): string[] {
  const files = bedFiles(folder);
  return [
    `--kubeconfig=${files.kubeconfig}`,
    `--config=${files.stages}`,
    '--manage-all-nodes=true',
    '--node-ip=127.0.0.1',
    '--cidr=10.128.0.0/9',
    '--node-lease-duration-seconds=40',
  ];
}
