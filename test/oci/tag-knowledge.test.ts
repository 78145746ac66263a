import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { errors } from '../../src/common/errors';
import { TagKnowledge } from '../../src/oci/tag-knowledge';
import type { ImageInfo, RequestOptions } from '../../src/oci/types';
import { runs } from '../support/runs';

const IMAGE = 'ghcr.io/a/b';
const created = new Date('2024-03-01T10:00:00Z');
const digest = (text: string) => `sha256:${hash('sha256', text, 'hex')}`;

let folder: string;
let file: string;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-tags-'));
  file = join(folder, 'deep', 'b.known');
  now = Date.parse('2024-04-01T00:00:00Z');
});
afterEach(() => rm(folder, { recursive: true }));

const open = (image = IMAGE) => TagKnowledge.open(file, image, () => now);

/** A registry in which each tag is an image of its own, if it is not said where it is. */
class Images {
  readonly asked: string[] = [];
  readonly at = new Map<string, ImageInfo | Error | undefined>();

  async digest(tag: string): Promise<string | undefined> {
    const found = this.at.has(tag) ? this.at.get(tag) : { digest: digest(tag) };
    return found instanceof Error ? undefined : found?.digest;
  }

  async info(tag: string, options: RequestOptions = {}): Promise<ImageInfo | undefined> {
    this.asked.push(tag);
    await new Promise(setImmediate);
    options.signal?.throwIfAborted();
    const found = this.at.has(tag) ? this.at.get(tag) : { digest: digest(tag), created };
    if (found instanceof Error) throw found;
    return found;
  }
}

test('a tag is asked for once, also by those who ask at the same time, and after a restart', async () => {
  const images = new Images();
  const knowledge = await open();
  expect(knowledge.facts('1')).toBeUndefined();
  await Promise.all([knowledge.learn(['1', '2', '1'], images), knowledge.learn(['2', '3'], images)]);
  await knowledge.learn(['1', '2', '3'], images);
  const again = await open();
  await again.learn(['1', '2', '3'], images);
  expect(images.asked.sort()).toEqual(['1', '2', '3']);
  for (const it of [knowledge, again]) expect({ ...seen(it, '1') }).toEqual({ digest: digest('1'), created, moved: false });
});

test('an image without a time is known without a time', async () => {
  const images = new Images();
  images.at.set('1', { digest: digest('1') });
  await (await open()).learn(['1'], images);
  expect(seen(await open(), '1')).toEqual({ digest: digest('1'), created: undefined, moved: false });
});

test('what cannot be known is said, does not hold up the others and is not asked for again soon', async () => {
  const images = new Images();
  images.at.set('gone', undefined);
  images.at.set('bad', errors.RegistryAnswerInvalid({ url: 'ghcr.io/a/b:bad', reason: 'its manifest is no JSON object' }));
  images.at.set('half', errors.RegistryFailed({ url: 'https://ghcr.io/v2/a/b/blobs/x', status: 404, reason: 'unknown' }));
  const knowledge = await open();
  const tags = ['1', 'gone', 'bad', 'half', '2'];
  const unusable = await knowledge.learn(tags, images);
  expect([...unusable.keys()].sort()).toEqual(['bad', 'gone', 'half']);
  expect([unusable.get('gone'), unusable.get('bad')]).toEqual(['it is gone', expect.stringContaining('its manifest is no JSON object')]);
  expect(await knowledge.learn(tags, images)).toEqual(unusable);
  expect(images.asked).toHaveLength(5);
  now += 3600_000;
  images.at.clear();
  expect(await knowledge.learn(tags, images)).toEqual(new Map());
  expect(seen(knowledge, 'bad')?.digest).toBe(digest('bad'));
});

test('an error in the middle ends it, and what was learnt until then is kept', async () => {
  const images = new Images();
  const tags = Array.from({ length: 100 }, (_, index) => `tag-${index}`);
  const limited = Object.assign(errors.RegistryRateLimited({ host: 'ghcr.io', seconds: 60 }), { retryAfterMs: 60_000 });
  images.at.set('tag-50', limited);
  await expect((await open()).learn(tags, images)).rejects.toBe(limited);
  const asked = images.asked.length;
  expect(asked).toBeLessThan(60);
  images.at.clear();
  const again = await open();
  expect(tags.filter((tag) => again.facts(tag)).length).toBeGreaterThanOrEqual(50);
  await again.learn(tags, images);
  expect(images.asked.length - asked).toBeLessThanOrEqual(50);
});

test('no more tags than allowed are asked for at once', async () => {
  let [running, most] = [0, 0];
  const images = {
    async info(tag: string) {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return { digest: digest(tag) };
    },
  };
  const tags = Array.from({ length: 50 }, (_, index) => `${index}`);
  const progress: number[] = [];
  await (await open()).learn(tags, images, { concurrency: 3, progress: (done) => progress.push(done) });
  expect([most, progress]).toEqual([3, tags.map((_, index) => index + 1)]);
});

test('an abort ends it', async () => {
  const images = new Images();
  const stop = new AbortController();
  const tags = Array.from({ length: 50 }, (_, index) => `${index}`);
  const learning = (await open()).learn(tags, images, { signal: stop.signal, progress: () => stop.abort(new Error('enough')) });
  await expect(learning).rejects.toThrow('enough');
  expect(images.asked.length).toBeLessThan(20);
});

test('a tag that is seen elsewhere has moved, for good, and is learnt anew', async () => {
  const images = new Images();
  const knowledge = await open();
  await knowledge.learn(['main', '1'], images);
  expect([knowledge.observed('main', digest('main')), knowledge.observed('unknown', digest('x'))]).toEqual([false, false]);
  expect(knowledge.observed('main', digest('new'))).toBe(true);
  expect(knowledge.facts('main')).toBeUndefined();
  images.at.set('main', { digest: digest('new'), created: new Date(now) });
  await knowledge.learn(['main', '1'], images);
  expect([seen(knowledge, 'main'), knowledge.moved()]).toEqual([{ digest: digest('new'), created: new Date(now), moved: true }, ['main']]);
  knowledge.observed('main', digest('main'));
  await knowledge.save();
  images.at.delete('main');
  const again = await open();
  await again.learn(['main'], images);
  expect(seen(again, 'main')).toEqual({ digest: digest('main'), created, moved: true });
});

test('a tag that moves between being seen and being learnt has moved', async () => {
  const images = new Images();
  const knowledge = await open();
  await knowledge.learn(['main'], images);
  knowledge.update(['other']);
  knowledge.update(['other', 'main']);
  expect(knowledge.facts('main')).toBeUndefined();
  images.at.set('main', { digest: digest('new') });
  await knowledge.learn(['main'], images);
  expect(seen(knowledge, 'main')?.moved).toBe(true);
});

test('a tag that vanishes is forgotten after a while, until then it keeps that it moved', async () => {
  const images = new Images();
  const knowledge = await open();
  await knowledge.learn(['main', 'other'], images);
  knowledge.observed('main', digest('new'));
  images.at.set('main', { digest: digest('new') });
  await knowledge.learn(['main'], images);
  knowledge.update(['other']);
  expect([knowledge.facts('main'), knowledge.moved()]).toEqual([undefined, []]);
  await knowledge.save();

  const soon = await open();
  soon.update(['other', 'main']);
  await soon.learn(['main'], images);
  expect(seen(soon, 'main')?.moved).toBe(true);

  const late = await open();
  late.update(['other']);
  now += 8 * 24 * 3600_000;
  late.update(['other']);
  late.update(['other', 'main']);
  await late.learn(['main'], images);
  expect(seen(late, 'main')?.moved).toBe(false);
  expect(seen(late, 'other')).toEqual({ digest: digest('other'), created, moved: false });
});

test('of many that vanish only the last are remembered', async () => {
  const images = new Images();
  const knowledge = await open();
  await knowledge.learn(
    Array.from({ length: 3000 }, (_, index) => `tag-${index}`),
    images,
  );
  knowledge.update(['tag-0']);
  await knowledge.save();
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(1 + 1001 + 1);
});

test('a list without tags is taken for an accident', async () => {
  const knowledge = await open();
  await knowledge.learn(['1'], new Images());
  knowledge.update([]);
  expect(knowledge.facts('1')).toBeDefined();
});

test('what others know to have moved has moved', async () => {
  const images = new Images();
  const knowledge = await open();
  await knowledge.learn(['1'], images);
  knowledge.observedMoved(['1', 'main']);
  expect(knowledge.facts('main')).toBeUndefined();
  await knowledge.learn(['1', 'main'], images);
  expect(knowledge.moved().sort()).toEqual(['1', 'main']);
});

test('what was shown of a tag stays what it is when others go', async () => {
  const images = new Images();
  const knowledge = await open();
  const tags = Array.from({ length: 1200 }, (_, index) => `tag-${index}`);
  await knowledge.learn(tags, images);
  const views = tags.map((tag) => knowledge.facts(tag)!);
  knowledge.update(['tag-1100']);
  await knowledge.learn(['new-1', 'new-2'], images);
  expect(views.map((view) => view.digest)).toEqual(tags.map(digest));
  expect(seen(knowledge, 'tag-1100')?.digest).toBe(digest('tag-1100'));
});

describe('the file', () => {
  test('is not written while nothing changes, and leaves nothing beside it', async () => {
    const knowledge = await open();
    await knowledge.learn(['1'], new Images());
    const { mtimeNs } = await stat(file, { bigint: true });
    knowledge.update(['1']);
    knowledge.observed('1', digest('1'));
    await knowledge.learn(['1'], new Images());
    await knowledge.save();
    expect([(await stat(file, { bigint: true })).mtimeNs, await readdir(join(folder, 'deep'))]).toEqual([mtimeNs, ['b.known']]);
  });

  test('is written again and again while much is learnt', async () => {
    const sizes: number[] = [];
    const images = new Images();
    const tags = Array.from({ length: 40 }, (_, index) => `${index}`);
    await (await open()).learn(tags, images, {
      concurrency: 1,
      progress: async () => {
        now += 1000;
        sizes.push((await stat(file).catch(() => ({ size: 0 }))).size);
      },
    });
    expect(new Set(sizes).size).toBeGreaterThan(3);
  });

  test('of another image does not count', async () => {
    await (await open()).learn(['1'], new Images());
    expect((await open('ghcr.io/a/c')).facts('1')).toBeUndefined();
  });

  test('that is damaged does not count, wherever it is', async () => {
    await (await open()).learn(['1', '2'], new Images());
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, cut) => {
        const damaged = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) damaged[at] ^= change;
        await writeFile(file, damaged);
        expect((await open()).facts('1')).toBeUndefined();
      }),
    );
  });

  test('that cannot be written is an error, and the next attempt writes it', async () => {
    await writeFile(join(folder, 'deep'), 'a file where the folder should be');
    const knowledge = await open();
    await expect(knowledge.learn(['1'], new Images())).rejects.toThrow();
    expect(knowledge.facts('1')).toBeDefined();
    await rm(join(folder, 'deep'));
    await knowledge.save();
    expect((await open()).facts('1')).toBeDefined();
  });
});

test('any history is the same after a restart', async () => {
  const tag = fc.constantFrom('1', '2', '3', 'main');
  const step = fc.oneof(
    fc.record({ do: fc.constant('learn' as const), tags: fc.array(tag) }),
    fc.record({ do: fc.constant('update' as const), tags: fc.array(tag) }),
    fc.record({ do: fc.constant('observed' as const), tags: fc.array(tag, { maxLength: 1 }), to: fc.constantFrom('x', 'y') }),
    fc.record({ do: fc.constant('moved' as const), tags: fc.array(tag, { maxLength: 1 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await rm(file, { force: true });
      const images = new Images();
      const living = await open();
      for (const it of steps) {
        const reopened = await open();
        for (const knowledge of [living, reopened]) {
          if (it.do === 'learn') await knowledge.learn(it.tags, images);
          if (it.do === 'update') knowledge.update(it.tags);
          if (it.do === 'moved') knowledge.observedMoved(it.tags);
          if (it.do === 'observed') for (const one of it.tags) knowledge.observed(one, digest(it.to));
        }
        for (const one of ['1', '2', '3', 'main']) expect(seen(reopened, one)).toEqual(seen(living, one));
        await living.save();
      }
    }),
    { numRuns: runs(60) },
  );
});

function seen(knowledge: TagKnowledge, tag: string) {
  const facts = knowledge.facts(tag);
  return facts && { digest: facts.digest, created: facts.created, moved: facts.moved };
}
