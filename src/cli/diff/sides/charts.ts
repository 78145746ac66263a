import { homedir } from 'node:os';
import { join } from 'node:path';
import { RepositoryCharts } from '../../../preview/repository-charts';
import { chartAccess } from '../../locks/chart-access';

/** Charts that are in no tree, from a cache or from where the user may fetch them. */
export function openCharts(options: { readonly offline?: boolean; readonly progress?: (text: string) => void }): RepositoryCharts {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return new RepositoryCharts({ ...options, cacheFolder: join(cache, 'fairlead', 'charts'), access: (url) => chartAccess(url) });
}
