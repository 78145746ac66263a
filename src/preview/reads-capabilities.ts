import type { Content } from '../model/content';
import type { PreviewMemory } from './preview-memory';

const WORD = 'Capabilities';
/** No templates: applied as they are. */
const CRDS = /(^|\/)crds\//;
const PACKED = /^charts\/[^/]+\.tgz$/;

/**
 * Whether a chart may make something else where a cluster offers something else: it names versions of Kubernetes that it is for, or its templates, or
 * values that it may take for templates, ask. Subcharts that are packed are taken to ask.
 */
export async function readsCapabilities(chart: Content, values: unknown, memory: PreviewMemory): Promise<boolean> {
  if (JSON.stringify(values ?? null).includes(WORD)) return true;
  return await memory.once(`reads capabilities ${chart.digest}`, async () => {
    const read = chart.files.filter(({ path }) => !CRDS.test(path));
    if (read.some(({ path }) => PACKED.test(path))) return true;
    const texts = await chart.read(read.map(({ digest }) => digest));
    return texts.some((text, index) => text.includes(WORD) || (read[index].path === 'Chart.yaml' && /^kubeVersion:/m.test(text.toString())));
  });
}
