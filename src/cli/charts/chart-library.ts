import { join } from 'node:path';
import { RepositoryCharts } from '../../preview/repository-charts';
import { cacheFolder } from '../../testbed/cache-folder';
import { chartAccess } from '../locks/chart-access';

export interface ChartLibraryOptions {
  /** Nothing is fetched: charts are those of the cache. @default false */
  readonly offline?: boolean;
  /** Told in words what is fetched. */
  readonly progress?: (text: string) => void;
}

/** Published charts, with the user's credentials and out of the user's cache. To be closed. */
export function openChartLibrary(options: ChartLibraryOptions = {}): RepositoryCharts {
  return new RepositoryCharts({ ...options, cacheFolder: join(cacheFolder(), 'charts'), access: (url) => chartAccess(url) });
}
