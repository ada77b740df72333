{{- define "nightaudit.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "nightaudit.operatorName" -}}
{{ include "nightaudit.fullname" . }}-operator
{{- end -}}

{{- define "nightaudit.auditorName" -}}
{{ default (printf "%s-auditor" (include "nightaudit.fullname" .)) .Values.auditor.serviceAccount.name }}
{{- end -}}

{{/* Labels of what the release itself makes. */}}
{{- define "nightaudit.labels" -}}
app.kubernetes.io/name: nightaudit
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: nightaudit
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "nightaudit.operatorSelector" -}}
app.kubernetes.io/name: nightaudit-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What the operator puts on every auditor pod. */}}
{{- define "nightaudit.auditorSelector" -}}
app.kubernetes.io/name: nightaudit-auditor
app.kubernetes.io/managed-by: nightaudit-operator
{{- end -}}

{{- define "nightaudit.image" -}}
{{- $image := .image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/*
The watched namespaces, as a JSON object {"items": [{namespace, annotations}]}: the release's own and the tenants'.
*/}}
{{- define "nightaudit.watched" -}}
{{- $items := list -}}
{{- if .Values.watchReleaseNamespace -}}
{{- $items = append $items (dict "namespace" .Release.Namespace "annotations" .Values.auditor.serviceAccount.annotations) -}}
{{- end -}}
{{- $seen := dict -}}
{{- range .Values.tenants -}}
{{- if hasKey $seen .namespace -}}
{{- fail (printf "tenants: the namespace %s is listed twice; make one entry of the two" .namespace) -}}
{{- end -}}
{{- $_ := set $seen .namespace true -}}
{{- if and $.Values.watchReleaseNamespace (eq .namespace $.Release.Namespace) -}}
{{- fail (printf "tenants: %s is the release's namespace; set watchReleaseNamespace to false to make it a tenant" .namespace) -}}
{{- end -}}
{{- $items = append $items (dict "namespace" .namespace "annotations" (default dict .serviceAccountAnnotations)) -}}
{{- end -}}
{{- if not $items -}}
{{- fail "there is no namespace to watch: set watchReleaseNamespace to true or list tenants" -}}
{{- end -}}
{{- dict "items" $items | toJson -}}
{{- end -}}

{{- define "nightaudit.watchedNamespaces" -}}
{{- $names := list -}}
{{- range (include "nightaudit.watched" . | fromJson).items -}}
{{- $names = append $names .namespace -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* A list of globs as one CEL string literal: an anchored RE2 expression. No glob matches nothing that can be named. */}}
{{- define "nightaudit.globs" -}}
{{- $parts := list -}}
{{- range . -}}
{{- $parts = append $parts (regexQuoteMeta . | replace "\\*\\*" ".*" | replace "\\*" "[^/:]*" | replace "\\?" "[^/:]") -}}
{{- end -}}
{{- printf "^(%s)$" (join "|" $parts) | toJson -}}
{{- end -}}

{{/* What the restricted Pod Security Standard asks of a pod, and of a container. */}}
{{- define "nightaudit.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "nightaudit.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end -}}

{{/* Egress that both NetworkPolicies allow: the cluster's DNS. */}}
{{- define "nightaudit.dnsEgress" -}}
- ports:
  {{- range .Values.networkPolicy.dnsPorts }}
  - {protocol: UDP, port: {{ . }}}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
{{- end -}}
