import fc from 'fast-check';
import { runs } from '../../support/runs';
import { Killed } from './memory-cluster';
import { ReleaseWorld } from './release-world';
import type { ToyChart } from './toy-engine';

/** What Git may want next. Object `broken` never becomes healthy. */
interface Commit {
  readonly objects: readonly string[];
  readonly tag: string;
}

/** A commit, and where the agent is killed while it brings it about: at which write, on which side of its effect. */
interface Round {
  readonly commit: Commit;
  readonly kills: readonly { readonly nth: number; readonly when: 'before' | 'after' }[];
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
const commits = fc.record({ objects: names, tag: fc.constantFrom('1', '2') });
const kill = fc.record({ nth: fc.integer({ min: 1, max: 14 }), when: fc.constantFrom('before' as const, 'after' as const) });
const rounds = fc.array(fc.record({ commit: fc.oneof(commits, commits.map(broken)), kills: fc.array(kill, { maxLength: 3 }) }), {
  minLength: 1,
  maxLength: 5,
});
const remediation = fc.constantFrom({ retries: 0 }, { retries: 1 }, { retries: 2, strategy: 'uninstall' as const });

function broken(commit: Commit): Commit {
  return { ...commit, objects: [...commit.objects, 'broken'] };
}

function want(world: ReleaseWorld, { objects, tag }: Commit): void {
  world.chart = { name: 'toy', version: '0.1.0', objects } satisfies ToyChart;
  world.change({ values: { tag } });
}

/** Visits until nothing more happens, or the agent is killed. */
async function run(world: ReleaseWorld): Promise<void> {
  try {
    await world.settle();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

test('wherever the agent is killed, it ends with one deployed revision, its objects, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, commits, remediation, async (history: readonly Round[], last, remedy) => {
      const world = new ReleaseWorld({ install: { remediation: { retries: 1 } }, upgrade: { remediation: remedy }, maxHistory: 3 });
      world.applied.unhealthy.add('broken');
      for (const { commit, kills } of history) {
        want(world, commit);
        for (const { nth, when } of kills) {
          world.cluster.killAt(nth, when);
          await run(world);
          world.start();
        }
        await run(world);
      }
      want(world, last);
      expect(await world.settle()).toMatchObject({ type: 'ready' });

      expect(world.revisions().filter((revision) => revision.endsWith(' deployed'))).toEqual([world.revisions().at(-1)]);
      expect(world.revisions().filter((revision) => / (pending|uninstalling)/.test(revision))).toEqual([]);
      const values = JSON.stringify({ tag: last.tag });
      expect(world.live()).toEqual(Object.fromEntries([...last.objects].sort().map((name) => [name, values])));
      expect(world.object.status?.history?.[0]).toMatchObject({
        status: 'deployed',
        version: world.revisions().length === 0 ? 0 : Number(/\d+/.exec(world.revisions().at(-1)!)![0]),
      });
    }),
    { numRuns: runs(100) },
  );
});

test('wherever an uninstall is cut short, the next one finishes it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commits, { minLength: 1, maxLength: 3 }), fc.array(kill, { maxLength: 3 }), async (history, kills) => {
      const world = new ReleaseWorld();
      for (const commit of history) {
        want(world, commit);
        await world.settle();
      }
      for (const { nth, when } of kills) {
        world.cluster.killAt(nth, when);
        await world.finalize().catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        world.start();
      }
      expect(await world.finalize()).toEqual({ type: 'finalized' });
      expect(world.revisions()).toEqual([]);
      expect(world.live()).toEqual({});
    }),
  );
});
