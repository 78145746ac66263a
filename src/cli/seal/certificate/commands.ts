import { Command } from 'commander';
import { controllerOptions, withOptions } from '../options';
import type { CertOptions } from './run-cert';

/** `fairlead seal cert` */
export function sealCertCommand(): Command {
  return withOptions(
    new Command('cert')
      .description("fetch a cluster's certificate to certs/<cluster>.pem, to seal with from then on")
      .argument('[cluster]', 'cluster of the program (default: its only one)')
      .option('--cert <file|url>', 'take it from there instead of the cluster')
      .option('--print', 'print it instead of writing it')
      .option('--force', 'even if nothing shows that its key is of this cluster'),
    controllerOptions(),
  )
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead seal cert gke --context gke_acme_europe\n  $ fairlead seal cert gke --cert https://seal.example.com/v1/cert.pem\n\nExit codes: 0 done, 1 refused or failed.\n',
    )
    .action(async (cluster: string | undefined, options: CertOptions) => {
      const { runCert } = require('./run-cert') as typeof import('./run-cert');
      process.exitCode = await runCert(cluster, options);
    });
}
