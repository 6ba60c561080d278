#!/usr/bin/env bash
# make-secrets.sh FOLDER: makes the passwords of the database roles and broker users, as compose.yaml reads them. What is there already stays.
# Containers read them as user 10001, and compose passes a file with the rights that it has here: so they may be read by all, in a folder that only you may enter.
set -euo pipefail
[ $# -eq 1 ] || { echo "Usage: make-secrets.sh FOLDER" >&2; exit 2; }
umask 077
mkdir -p "$1"
cd "$1"

password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
keep() { [ -e "$1" ] || { cat >"$1"; chmod 644 "$1"; }; }

password | keep postgres
for role in deprovisioner_owner deprovisioner_orchestrator deprovisioner_console deprovisioner_auditor; do
  # https://www.postgresql.org/docs/15/libpq-pgpass.html
  printf '*:*:*:*:%s\n' "$(password)" | keep "$role"
done
for user in deprovisioner-orchestrator deprovisioner-connectors deprovisioner-publisher deprovisioner-autoscaler; do
  password | keep "$user"
done
for part in orchestrator connectors; do
  printf 'amqp://deprovisioner-%s:%s@rabbitmq:5672/deprovisioner\n' "$part" "$(<"deprovisioner-$part")" | keep "$part-broker-uri"
done
