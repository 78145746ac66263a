/** The known names most like one that is not known, best first; none where nothing is alike. */
export function nearestNames(name: string, known: Iterable<string>, most = 3): string[] {
  return [...new Set(known)]
    .map((candidate) => ({ candidate, edits: editsBetween(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3)) || candidate.includes(name))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** How many letters must be added, removed, changed or swapped with their neighbour (Damerau and Levenshtein). */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Number.POSITIVE_INFINITY;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, changed, swapped);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
