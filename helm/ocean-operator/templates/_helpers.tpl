{{/* Release "ocean" and release "ocean-operator" both give "ocean-operator". 63 less "-leader-election". */}}
{{- define "ocean.name" -}}
{{- printf "%s-operator" (.Release.Name | trunc 38 | trimSuffix "-operator" | trimSuffix "-") -}}
{{- end -}}

{{- define "ocean.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "ocean.selectorLabels" -}}
app.kubernetes.io/name: ocean-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ocean.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "ocean.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: ocean
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "ocean.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end -}}

{{/* major=image,…, sorted by major. */}}
{{- define "ocean.postgresImages" -}}
{{- $pairs := list -}}
{{- range $major, $image := .Values.images.postgres -}}
{{- $pairs = append $pairs (printf "%s=%s" $major $image) -}}
{{- end -}}
{{- join "," $pairs -}}
{{- end -}}

{{/* What the operator may do in a namespace that it serves. No wildcard, no escalate, bind or impersonate, no pods/exec. */}}
{{- define "ocean.rules" -}}
- apiGroups: [ocean.dev]
  resources: [projects, postgresinstances, manageddatabases, databasebackups, databaserestores]
  verbs: [get, list, watch, patch] # patch: its finalizer
- apiGroups: [ocean.dev]
  resources: [manageddatabases] # with their Project
  verbs: [delete]
- apiGroups: [ocean.dev]
  resources: [databasebackups] # the last one of a database; ttlDays, and with their Project
  verbs: [create, delete]
- apiGroups: [ocean.dev]
  resources: [projects/status, postgresinstances/status, manageddatabases/status, databasebackups/status, databaserestores/status]
  verbs: [update, patch]
- apiGroups: [ocean.dev]
  resources: [projects/finalizers, postgresinstances/finalizers, manageddatabases/finalizers, databasebackups/finalizers, databaserestores/finalizers]
  verbs: [update] # owner references that block deletion
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [pods] # what a Job's pod told, and what keeps it from running
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies] # of the pods of Jobs
  verbs: [get, create, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
