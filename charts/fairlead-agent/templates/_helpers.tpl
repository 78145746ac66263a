{{- define "fairlead-agent.fullname" -}}
{{- .Values.fullnameOverride | default "fairlead-agent" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "fairlead-agent.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "fairlead-agent.fullname" .) -}}
{{- end -}}

{{/* What Pods are selected by can never change: it depends on the name alone. */}}
{{- define "fairlead-agent.selectorLabels" -}}
app.kubernetes.io/name: fairlead-agent
app.kubernetes.io/instance: {{ include "fairlead-agent.fullname" . }}
{{- end -}}

{{- define "fairlead-agent.labels" -}}
{{ include "fairlead-agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: agent
app.kubernetes.io/part-of: fairlead
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "fairlead-agent.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Of the Secret with the deploy key, as the agent names it where nobody does. */}}
{{- define "fairlead-agent.gitSecret" -}}
{{- if .Values.git.existingSecret -}}
{{ .Values.git.existingSecret }}
{{- else if not (regexMatch "^https?://" .Values.git.url) -}}
{{- $name := .Values.git.url | trimSuffix "/" | trimSuffix ".git" | splitList "/" | last | splitList ":" | last -}}
{{ .Values.git.repositoryName | default (regexReplaceAll "[^a-z0-9.-]+" (lower $name) "-" | trimAll ".-") }}
{{- end -}}
{{- end -}}

{{- define "fairlead-agent.onOff" -}}
{{- ternary "on" "off" . -}}
{{- end -}}
