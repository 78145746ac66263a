/** How many cases a property is tried with: so many, or the share of them that `FAIRLEAD_RUNS` says where somebody waits for the result. */
export function runs(usual: number): number {
  return Math.ceil(usual * Number(process.env.FAIRLEAD_RUNS ?? 1));
}
