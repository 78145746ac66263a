import { sealsOnDisk } from '../../../synth/seal-files';
import { openSeals } from '../../../synth/seals';
import { synthesize } from '../../../synth/synthesize';
import type { LoadedApp } from '../../load/load-app';
import { warn } from '../../print/warn';
import { describe } from '../../run-synth';

/** Synthesizes programs with the sealed files as they are now. Gives what changed, in words. */
export function synthesizeAgain(apps: readonly LoadedApp[]): string {
  return apps
    .map(({ app, options }) => {
      openSeals(app, sealsOnDisk(options.root));
      const result = synthesize(app, options);
      for (const text of result.warnings) warn(text);
      return describe(result, process.cwd());
    })
    .join('');
}
