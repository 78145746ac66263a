import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../../src/testbed/leash';
import type { TestBed } from '../../src/testbed/test-bed';

/** Flux's own image-automation-controller, as a process beside the test bed it works on. */
export class FluxImageAutomation {
  static async start(bed: TestBed, namespace: string): Promise<FluxImageAutomation> {
    const program = await bed.bin('image-automation-controller');
    const folder = join(bed.folder, 'image-automation-controller');
    mkdirSync(folder);
    const args = ['--metrics-addr=0', '--health-addr=0', '--log-encoding=json', '--log-level=debug'];
    const env = { ...process.env, KUBECONFIG: bed.kubeconfig, RUNTIME_NAMESPACE: namespace };
    return new FluxImageAutomation(launch({ program, args, folder, log: join(folder, 'log'), env, leashed: true }));
  }

  private constructor(private readonly child: ChildProcess) {}

  async stop(): Promise<void> {
    this.child.ref();
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
