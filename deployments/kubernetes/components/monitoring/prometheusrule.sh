#!/usr/bin/env bash
# Writes prometheusrule.yaml from deployments/prometheus/alerts.yaml: the same rules as an object of the Prometheus Operator.
set -euo pipefail
cd "$(dirname "$0")"
{
    cat <<'HEAD'
# Written by prometheusrule.sh from deployments/prometheus/alerts.yaml: change that file, and run the script again.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: chatbox
  labels:
    app.kubernetes.io/name: chatbox
spec:
HEAD
    sed -n '/^groups:/,$p' ../../../prometheus/alerts.yaml | sed 's/^./  &/'
} > prometheusrule.yaml
