import { join } from 'node:path';

/** Files in the folder of a bed. */
export function bedFiles(folder: string) {
  return {
    kubeconfig: join(folder, 'kubeconfig'),
    tokens: join(folder, 'tokens.csv'),
    serviceAccountKey: join(folder, 'service-account.key'),
    serviceAccountPublicKey: join(folder, 'service-account.pub'),
    certificates: join(folder, 'certificates'),
    /** Self-signed by kube-apiserver at its first start; holds the authority too. */
    servingCertificate: join(folder, 'certificates', 'apiserver.crt'),
    stages: join(folder, 'kwok.yaml'),
    repositories: join(folder, 'git'),
    gitOptions: join(folder, 'git.json'),
    gitProgram: join(folder, 'git-server.js'),
    record: join(folder, 'bed.json'),
    logs: join(folder, 'logs'),
    log: (server: string) => join(folder, 'logs', `${server}.log`),
  };
}
