import { gzipSync } from 'node:zlib';
import { tarOf } from '../../oci/tar-of';

/** The archive of a chart, as `helm package` makes it. */
export function chartArchive(name: string, version: string, more: Readonly<Record<string, string>> = {}): Buffer {
  const files = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, 'values.yaml': 'text: plain\n', ...more };
  return gzipSync(tarOf(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]))));
}
