/** Where cases that are drawn begin: `FAIRLEAD_SEED` draws the same ones again. Each run draws its own without it. */
export const fixedSeed: number | undefined = process.env.FAIRLEAD_SEED === undefined ? undefined : Number(process.env.FAIRLEAD_SEED);

/** A seed of at most so much, to be printed. */
export function seedBelow(most: number): number {
  return fixedSeed ?? Date.now() % most;
}
