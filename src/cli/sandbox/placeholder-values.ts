/** What a key of a Secret is given in place of what nobody here knows. The API server looks into some of them. */
export function placeholderValue(key: string): string {
  return BY_KEY[key] ?? 'placeholder';
}

const BY_KEY: { readonly [key: string]: string } = { '.dockerconfigjson': '{"auths":{}}', '.dockercfg': '{}', 'values.yaml': '{}' };

/** Keys that a type of Secret must have. */
export const KEYS_OF_TYPE: { readonly [type: string]: readonly string[] } = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/basic-auth': ['username'],
};
