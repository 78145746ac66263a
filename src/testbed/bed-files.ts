import { join } from 'node:path';

/** Files in the folder of a bed. */
export function bedFiles(folder: string) {
  return {
    kubeconfig: join(folder, 'kubeconfig'),
    authority: join(folder, 'ca.crt'),
    servingCertificate: join(folder, 'kube-apiserver.crt'),
    servingKey: join(folder, 'kube-apiserver.key'),
    serviceAccountKey: join(folder, 'service-account.key'),
    serviceAccountPublicKey: join(folder, 'service-account.pub'),
    auditPolicy: join(folder, 'audit-policy.json'),
    auditLog: join(folder, 'logs', 'audit.log'),
    stages: join(folder, 'kwok.yaml'),
    repositories: join(folder, 'git'),
    gitOptions: join(folder, 'git.json'),
    gitProgram: join(folder, 'git-server.js'),
    sshIdentity: join(folder, 'ssh', 'identity'),
    sshKnownHosts: join(folder, 'ssh', 'known_hosts'),
    sshAuthorizedKeys: join(folder, 'ssh', 'authorized_keys'),
    record: join(folder, 'bed.json'),
    logs: join(folder, 'logs'),
    log: (server: string) => join(folder, 'logs', `${server}.log`),
  };
}
