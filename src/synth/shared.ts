/** A value that all copies of the package in one program share, such as the user's and the one whose command line runs. */
export function shared<T>(name: string, initial: T): T {
  const registry = globalThis as { [key: symbol]: T };
  const key = Symbol.for(`fairlead.${name}`);
  if (!(key in registry)) registry[key] = initial;
  return registry[key];
}
