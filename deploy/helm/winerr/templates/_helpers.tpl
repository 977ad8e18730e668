{{- define "winerr.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "winerr.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "winerr.labels" -}}
{{ include "winerr.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "winerr.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "winerr.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "winerr.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* "true" where the store is a SQLite file of the pod. */}}
{{- define "winerr.sqlite" -}}
{{- if not .Values.database.existingSecret -}}true{{- end -}}
{{- end -}}

{{/* What the schema cannot say: values that do not go together, each with what to do. */}}
{{- define "winerr.check" -}}
{{- if not .Values.slack.existingSecret -}}
{{- fail "slack.existingSecret is missing: create a Secret with the tokens of your Slack app and name it (docs/operations.md, Kubernetes)" -}}
{{- end -}}
{{- if and (gt (int .Values.replicaCount) 1) (include "winerr.sqlite" .) -}}
{{- fail (printf "replicaCount is %d, and several replicas need PostgreSQL: name a Secret with its URL in database.existingSecret, or set replicaCount: 1 to keep the store in a SQLite file" (int .Values.replicaCount)) -}}
{{- end -}}
{{- if and .Values.ingress.enabled (ne .Values.slack.mode "http") (not .Values.slack.publicUrl) (not .Values.ingress.pages) (not .Values.ingress.api) -}}
{{- fail "ingress.enabled needs slack.mode: http, slack.publicUrl, ingress.pages or ingress.api: in Socket Mode Slack calls nothing" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.host is missing: the name that Slack and browsers call" -}}
{{- end -}}
{{- if and .Values.slack.publicUrl .Values.ingress.enabled (ne (urlParse .Values.slack.publicUrl).host .Values.ingress.host) -}}
{{- fail (printf "slack.publicUrl is %s, but the Ingress has ingress.host %s: Slack sends people to the first" .Values.slack.publicUrl .Values.ingress.host) -}}
{{- end -}}
{{- $sockets := int (default 2 (get .Values.config "WINERR_SOCKETS")) -}}
{{- $pods := add (int .Values.replicaCount) (ternary 0 1 (eq (include "winerr.sqlite" .) "true")) -}}
{{- if and (eq .Values.slack.mode "socket") (gt (int (mul $sockets $pods)) 10) -}}
{{- fail (printf "%d pods during an update with %d connections each are more than the 10 that Slack allows: lower replicaCount or config.WINERR_SOCKETS" (int $pods) $sockets) -}}
{{- end -}}
{{- end -}}
