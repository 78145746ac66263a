import { userInfo } from '../common/user-info';
import type { Authorization } from './authorization';
import { HttpChartRepository } from './chart-http-repository';
import type { ChartPlace } from './chart-place';
import type { OpenChartRepository } from './chart-resolution';
import { imageBelow } from './image-name';
import { OciChartRepository } from './oci-charts';
import type { RegistryAccess } from './types';

export interface ChartRepositoryOptions {
  /** `https://…` with an `index.yaml` below it, or `oci://host/path` with a repository for each chart. */
  readonly url: string;
  readonly access?: RegistryAccess;
  /** Index and archives; may be lost at any time. Whoever may read it may read the charts. */
  readonly cacheFolder: string;
  /**
   * Whether what ranges meant to an earlier process counts until the repository is asked anew.
   * @default true
   */
  readonly remembers?: boolean;
  /** Shared by all of a program: it remembers tokens, and which hosts asked us to wait. */
  readonly authorization: Authorization;
}

/** Throws `ImageNameInvalid` for an `oci://` address that names no repository. */
export function openChartRepository({
  url: given,
  access: own = {},
  cacheFolder: folder,
  remembers = true,
  authorization,
}: ChartRepositoryOptions): OpenChartRepository {
  const { url, ...named } = withoutCredentials(given);
  const access = { ...named, ...own };
  const place: ChartPlace = { url, access, folder, remembers, authorization };
  if (!url.startsWith('oci://')) return new HttpChartRepository(place);
  imageBelow(url);
  return new OciChartRepository(place);
}

/** An address is shown, so what lets us in is taken out of it. */
function withoutCredentials(address: string): { readonly url: string; readonly username?: string; readonly password?: string } {
  const url = new URL(address);
  const { username, password } = userInfo(url);
  if (username === '' && password === '') return { url: address };
  url.username = url.password = '';
  return { url: url.href, username, password };
}
