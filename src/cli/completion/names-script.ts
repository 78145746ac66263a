/** What a name may look like: bash expands the words it offers, and folders are named by whoever wrote the repository. */
export const NAME = '^[A-Za-z0-9][A-Za-z0-9._-]*$';

/** A shell function that prints the names of clusters or environments of the repository, from its output: no program runs while somebody types. */
export function namesFunction(name: string): string {
  return `${name}() {
  local folder="$PWD" output
  while [ ! -e "$folder/cdk8s.yaml" ]; do
    [ -n "$folder" ] || return 0
    folder="\${folder%/*}"
  done
  output="$(sed -n 's/^output: *//p' "$folder/cdk8s.yaml")"
  (cd "$folder/\${output:-dist}" 2>/dev/null && find . -mindepth "$1" -maxdepth "$1" -type d) | sed 's,.*/,,' | grep '${NAME}' | sort -u
}`;
}

/** Where the names of a choice are in the output. */
export const DEPTH = { clusters: 1, environments: 2 } as const;
