import { choose } from '../src/images/choose';
import { isProblem } from '../src/images/problem';
import type { TagFacts } from '../src/images/tag-facts';
import type { ImageRule } from '../src/model/image-rule';
import { report } from './report';

const TAGS = 1000;
const FIRST_BUILD = Date.UTC(2024, 0, 1);

/**
 * One evaluation of all policies, five for each repository of a thousand tags, with everything known of the tags and nothing compiled yet. Beside
 * it the floor: V8's own regular expression, tested on each tag for each policy.
 */
export async function policiesBench(count: number): Promise<void> {
  const repositories = Array.from({ length: Math.max(1, Math.round(count / 5)) }, (_, index) => repository(index));
  let chosen = 0;
  const seconds = cpuSeconds(() => {
    for (const { rules, tags, known } of repositories) {
      for (const rule of rules) {
        const choice = choose(rule, tags, known);
        if (isProblem(choice) || choice.tag === undefined) throw new Error(`nothing chosen: ${JSON.stringify([rule, choice])}`);
        chosen++;
      }
    }
  });
  const floorSeconds = cpuSeconds(() => {
    for (const { rules, tags } of repositories) for (const _ of rules) tags.filter((tag) => /^r\d+-[0-9a-f]+-\d+$/.test(tag));
  });
  report({ bench: 'policies', count: chosen, repositories: repositories.length, tagsEach: TAGS, seconds, floorSeconds });
}

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

interface Repository {
  readonly rules: readonly ImageRule[];
  readonly tags: readonly string[];
  readonly known: (tag: string) => TagFacts | undefined;
}

/** Tags as CI leaves them: half builds by commit and time, a quarter releases, the rest temporary. No two repositories share a rule or a tag list. */
function repository(index: number): Repository {
  const facts = new Map<string, TagFacts>();
  for (let n = 0; n < TAGS; n++) {
    const sha = ((index * TAGS + n) * 2654435761) % 2 ** 32;
    const time = FIRST_BUILD + n * 3_600_000;
    facts.set(tagOf(index, n, sha.toString(16).padStart(8, '0'), time), {
      digest: `sha256:${sha.toString(16).padStart(64, '0')}`,
      created: new Date(time),
      moved: false,
    });
  }
  return { rules: rulesOf(index), tags: [...facts.keys()], known: (tag) => facts.get(tag) };
}

function tagOf(index: number, n: number, sha: string, time: number): string {
  if (n % 4 === 0) return `v${index}.${Math.floor(n / 40)}.${n % 40}`;
  return n % 4 === 1 ? `tmp-${sha}` : `r${index}-${sha}-${Math.floor(time / 1000)}`;
}

function rulesOf(index: number): ImageRule[] {
  const builds = `^r${index}-[0-9a-f]+-(?P<time>[0-9]+)$`;
  return [
    { order: 'semver', range: `~${index}.4` },
    { order: 'semver', range: `>=${index}.0.0 <${index + 1}` },
    { order: 'newest', filter: { glob: `r${index}-*` } },
    { order: 'newest', filter: { regexp: `^(r${index}|tmp)-` }, exclude: [{ glob: '*tmp*' }] },
    { order: 'numerical', filter: { regexp: builds }, extract: '$time' },
  ];
}
