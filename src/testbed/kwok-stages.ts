/** Pods with this annotation set to `false` run but never become Ready: for tests of what waits for health. */
export const READY_ANNOTATION = 'testbed.fairlead.dev/ready';

/** The Pod has this IP address: for Pods behind which a program of this machine listens. */
export const ADDRESS_ANNOTATION = 'testbed.fairlead.dev/address';

/**
 * What kwok plays instead of kubelets and a cloud provider: nodes become Ready, Pods run and become Ready at once, Pods of
 * Jobs complete, deleted Pods go, LoadBalancer Services get an address (their cluster IP, which is unique).
 * @param processImages images whose Pods it leaves to a process node
 */
export function kwokStages(processImages: RegExp): string {
  const leftAlone = `.spec.containers.[].image | select( test(${JSON.stringify(processImages.source)}) )`;
  return STAGES.replaceAll('LEFT_ALONE', leftAlone.replaceAll("'", "''"));
}

const STAGES = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: node-ready
spec:
  resourceRef: { apiGroup: v1, kind: Node }
  selector:
    matchExpressions:
    - { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ['True'] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      conditions:
      {{ range NodeConditions }}
      - lastHeartbeatTime: {{ $now | Quote }}
        lastTransitionTime: {{ $now | Quote }}
        message: {{ .message | Quote }}
        reason: {{ .reason | Quote }}
        status: {{ .status | Quote }}
        type: {{ .type  | Quote }}
      {{ end }}
      addresses:
      - { type: InternalIP, address: {{ NodeIP | Quote }} }
      - { type: Hostname, address: {{ .metadata.name | Quote }} }
      allocatable: { cpu: 1k, memory: 1Ti, pods: 1M }
      capacity: { cpu: 1k, memory: 1Ti, pods: 1M }
      phase: Running
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-ready
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
    - { key: 'LEFT_ALONE', operator: DoesNotExist }
    - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
    - { key: '.status.phase', operator: In, values: [Pending] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      {{ $ready := ne (index (or .metadata.annotations dict) "${READY_ANNOTATION}") "false" }}
      conditions:
      - { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
      - { type: Ready, status: {{ if $ready }}"True"{{ else }}"False"{{ end }}, lastTransitionTime: {{ $now | Quote }} }
      - { type: ContainersReady, status: {{ if $ready }}"True"{{ else }}"False"{{ end }}, lastTransitionTime: {{ $now | Quote }} }
      {{ range .spec.readinessGates }}
      - { type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
      {{ end }}
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: {{ $ready }}
        restartCount: 0
        state: { running: { startedAt: {{ $now | Quote }} } }
      {{ end }}
      initContainerStatuses:
      {{ range .spec.initContainers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: true
        restartCount: 0
        {{ if eq .restartPolicy "Always" }}
        started: true
        state: { running: { startedAt: {{ $now | Quote }} } }
        {{ else }}
        state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
        {{ end }}
      {{ end }}
      {{ $address := index (or .metadata.annotations dict) "${ADDRESS_ANNOTATION}" }}
      {{ if $address }}
      podIP: {{ $address | Quote }}
      podIPs: [{ ip: {{ $address | Quote }} }]
      {{ else }}
      {{ range $index, $ip := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
      {{ if eq $index 0 }}
      podIP: {{ $ip | Quote }}
      podIPs:
      {{ end }}
      - ip: {{ $ip | Quote }}
      {{ end }}
      {{ end }}
      phase: Running
      startTime: {{ $now | Quote }}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-complete
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
    - { key: 'LEFT_ALONE', operator: DoesNotExist }
    - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
    - { key: '.status.phase', operator: In, values: [Running] }
    - { key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: false
        restartCount: 0
        started: false
        state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
      {{ end }}
      phase: Succeeded
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-delete
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
    - { key: 'LEFT_ALONE', operator: DoesNotExist }
    - { key: '.metadata.deletionTimestamp', operator: Exists }
  next:
    delete: true
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: service-address
spec:
  resourceRef: { apiGroup: v1, kind: Service }
  selector:
    matchExpressions:
    - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
    - { key: '.spec.type', operator: In, values: [LoadBalancer] }
    - { key: '.status.loadBalancer.ingress', operator: DoesNotExist }
  next:
    statusTemplate: |
      loadBalancer:
        ingress:
        - { ip: {{ .spec.clusterIP | Quote }}, ipMode: VIP }
`.trimStart();
