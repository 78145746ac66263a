/** A node that kwok plays. Roomy enough for any test. */
export function fakeNode(index: number) {
  const name = `node-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', type: 'kwok' },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
  };
}
