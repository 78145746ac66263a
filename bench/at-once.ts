/** Runs work over items, so many at once: the way the floor is measured, and objects are created. */
export async function atOnce<T>(limit: number, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const iterator = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of iterator) await work(item);
    }),
  );
}
