import type { Preview, PreviewLayer } from '../../../preview/types';
import { makeReport } from '../make-report';
import type { Report } from '../report';
import type { Trees } from '../sides/trees';
import type { Topic } from '../types';
import { foldLayers } from './fold-layers';
import { pickPart } from './pick-part';

/** What is a finding between two environments; that one lacks what the other has is no deletion. */
const TOPICS: readonly Topic[] = ['problem', 'image', 'replicas', 'chart'];

/** Two environments or clusters of one tree, object by object. */
export async function compareParts(trees: Trees, ref: string | undefined, [one, other]: readonly [string, string]): Promise<Report> {
  const side = ref === undefined ? await trees.now() : await trees.atCommit(ref);
  const known = await trees.preview(side, { rendering: 'later' });
  const parts = [pickPart(known, one), pickPart(known, other)];
  const [before, after] = await Promise.all(parts.map(async (part) => ({ ...part, layers: await Promise.all(part.layers.map(renderLayer)) })));
  const pairs = foldLayers(before, after);
  const heading = `${one} ↔ ${other}`;
  const sideOf = (which: 'before' | 'after'): Preview => ({
    clusters: [
      {
        name: heading,
        layers: pairs.flatMap((pair) => {
          const layer = pair[which];
          return layer === undefined
            ? []
            : [{ ...layer, cluster: heading, name: before.kind === 'layer' && after.kind === 'layer' ? '' : layer.name }];
        }),
      },
    ],
  });
  const report = await makeReport({ before: { name: one, preview: sideOf('before') }, after: { name: other, preview: sideOf('after') } });
  return {
    ...report,
    reach: undefined,
    findings: report.findings.filter(({ topic }) => TOPICS.includes(topic)),
    words: { added: `only in ${other}`, removed: `only in ${one}` },
  };
}

async function renderLayer(layer: PreviewLayer): Promise<PreviewLayer> {
  return { ...layer, releases: await Promise.all(layer.releases.map((release) => release.render?.() ?? release)) };
}
