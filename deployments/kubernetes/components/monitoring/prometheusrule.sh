#!/usr/bin/env bash
# Writes prometheusrule.yaml from alerts.yaml and kubernetes-alerts.yaml of deployments/prometheus: the same rules as an object of the
# Prometheus Operator.
set -euo pipefail
cd "$(dirname "$0")"
{
    cat <<'HEAD'
# Written by prometheusrule.sh from the alerts in deployments/prometheus: change those, and run the script again.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: chatbox
  labels:
    app.kubernetes.io/name: chatbox
spec:
HEAD
    echo '  groups:'
    for file in alerts kubernetes-alerts; do
        sed '1,/^groups:/d; s/^./  &/' "../../../prometheus/$file.yaml"
    done
} > prometheusrule.yaml
