import { type Container, type EnvVar, fieldOf, type Pod } from './pod';
import type { VolumeSources } from './volumes';

type Variables = Record<string, string>;

/** The container's own variables, in order: later ones may use earlier ones as `$(NAME)`. Throws what a kubelet would say. */
export async function environmentOf(
  container: Container,
  pod: Pod,
  ip: string,
  objects: Pick<VolumeSources, 'object'>,
  before: Readonly<Variables>,
): Promise<Variables> {
  const variables: Variables = { ...before };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, ref] = configMapRef === undefined ? (['Secret', secretRef!] as const) : (['ConfigMap', configMapRef] as const);
    const found = await objects.object(kind, ref.name);
    if (found === undefined && ref.optional !== true) throw new Error(`${kind.toLowerCase()} "${ref.name}" not found`);
    for (const [key, value] of Object.entries(found ?? {})) variables[prefix + key] = value.toString();
  }
  for (const variable of container.env ?? []) {
    const value = await lookUp(variable, pod, ip, objects, variables);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

async function lookUp(
  { name, value, valueFrom }: EnvVar,
  pod: Pod,
  ip: string,
  objects: Pick<VolumeSources, 'object'>,
  variables: Readonly<Variables>,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expand(value ?? '', variables);
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(pod, ip, fieldRef.fieldPath);
  const [kind, ref] = configMapKeyRef === undefined ? (['Secret', secretKeyRef] as const) : (['ConfigMap', configMapKeyRef] as const);
  if (ref === undefined) throw new Error(`variable ${name} is from where the process node does not look`);
  const found = (await objects.object(kind, ref.name))?.[ref.key];
  if (found === undefined && ref.optional !== true) throw new Error(`couldn't find key ${ref.key} in ${kind} ${pod.metadata.namespace}/${ref.name}`);
  return found?.toString();
}

/** `$(NAME)` becomes the variable where there is one, `$$(NAME)` becomes `$(NAME)`. */
export function expand(text: string, variables: Readonly<Variables>): string {
  return text.replace(/\$(\$|\(([^)]+)\))/g, (whole, dollar: string, name?: string) =>
    dollar === '$' ? '$' : name !== undefined && Object.hasOwn(variables, name) ? variables[name]! : whole,
  );
}
