/** Says which objects got which versions by which policy, in the words of Flux's templates. */
export function commitMessage(cluster: string): string {
  return `Update versions in ${cluster}

{{ range $object, $changes := .Changed.Objects -}}
* {{ $object.Kind }}{{ if $object.Name }} {{ with $object.Namespace }}{{ . }}/{{ end }}{{ $object.Name }}{{ end }}
{{ range $changes }}  {{ .Setter }}: {{ .OldValue }} -> {{ .NewValue }}
{{ end }}{{ end }}`;
}

/** GitLab, GitHub and others look for it anywhere in a message. */
export function skippingCi(message: string): string {
  return `${message.replace(/\s+$/, '')}\n\n[ci skip]`;
}
