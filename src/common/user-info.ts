/**
 * Who an address says we are, as it was before it was written into one. A `%` that begins no escape stands for itself: people paste
 * passwords as they are.
 */
export function userInfo({ username, password }: Pick<URL, 'username' | 'password'>): { readonly username: string; readonly password: string } {
  return { username: decode(username), password: decode(password) };
}

function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString());
}
