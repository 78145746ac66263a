/**
 * Whether two addresses seem to be of one repository: of the same owner and name. Hosts say nothing, as ssh has names of its own for them and ports differ by
 * protocol.
 */
export function seemSame(one: string, other: string): boolean {
  return pathOf(one) === pathOf(other);
}

/** `acme/environments` of `git@github.com:acme/environments.git` and of `https://github.com/acme/environments`. */
function pathOf(address: string): string {
  const [, path = address] = /^[a-z+]+:\/\/[^/]*\/(.*)$/i.exec(address) ?? /^[^/:]+:(?!\/\/)(.*)$/.exec(address) ?? [];
  return path
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '');
}
