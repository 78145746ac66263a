import type { ChartFiles } from './bed-world';

/** A chart like many: a ServiceAccount, a Service, a Deployment, notes, and whatever else the test adds. */
export function sampleChart(more: ChartFiles = {}): ChartFiles {
  return {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: "1.2"\n',
    'values.yaml': 'replicas: 1\nimage: registry.example/web\ntag: "1.0"\n',
    'templates/NOTES.txt': 'Runs {{ .Values.image }}:{{ .Values.tag }} as revision {{ .Release.Revision }}\n',
    'templates/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Release.Name }}\n',
    'templates/service.yaml': [
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      '  name: {{ .Release.Name }}',
      '  labels: { app: {{ .Release.Name }} }',
      'spec:',
      '  selector: { app: {{ .Release.Name }} }',
      '  ports: [{ port: 80 }]',
      '',
    ].join('\n'),
    'templates/deployment.yaml': [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: {{ .Release.Name }}',
      'spec:',
      '  replicas: {{ .Values.replicas }}',
      '  selector:',
      '    matchLabels: { app: {{ .Release.Name }} }',
      '  template:',
      '    metadata:',
      '      labels: { app: {{ .Release.Name }} }',
      '    spec:',
      '      serviceAccountName: {{ .Release.Name }}',
      '      containers:',
      '        - name: web',
      '          image: {{ .Values.image }}:{{ .Values.tag }}',
      '',
    ].join('\n'),
    ...more,
  };
}

export function job(event: string, name: string, command: string, policy = 'before-hook-creation,hook-succeeded'): string {
  return [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    `  name: ${name}`,
    '  annotations:',
    `    helm.sh/hook: ${event}`,
    `    helm.sh/hook-delete-policy: ${policy}`,
    'spec:',
    '  backoffLimit: 0',
    '  template:',
    '    spec:',
    '      restartPolicy: Never',
    '      containers:',
    '        - name: run',
    '          image: registry.example/run:1',
    `          command: ["${command}"]`,
    '',
  ].join('\n');
}
