import { type CommandOptions, runCommand } from '../../src/testbed/command';
import type { TestBed } from '../../src/testbed/test-bed';

/** Runs the real kubeseal as the bed's admin. @returns its stdout */
export async function kubeseal(bed: TestBed, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return runCommand(await bed.bin('kubeseal'), args, { ...options, env: { KUBECONFIG: bed.kubeconfig, ...options.env } });
}
