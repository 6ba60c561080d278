#!/usr/bin/env bash
# passwords.sh FOLDER: gives each role of roles.sql the password from the file of its name in FOLDER, a line of a password file (*:*:*:*:PASSWORD).
# psql reads the connection of a superuser from the environment (PGHOST, PGUSER …). Only the hash reaches the server: PostgreSQL keeps statements in its log.
set -euo pipefail
[ $# -eq 1 ] || { echo "Usage: passwords.sh FOLDER" >&2; exit 2; }
for role in deprovisioner_owner deprovisioner_orchestrator deprovisioner_console deprovisioner_auditor; do
  [ -r "$1/$role" ] || { echo "passwords.sh: there is no file $1/$role with this role's password." >&2; exit 1; }
  line=$(<"$1/$role")
  password=${line##*:}
  [ -n "$password" ] || { echo "passwords.sh: $1/$role has no password." >&2; exit 1; }
  # \password asks twice; what it sends is hashed by psql.
  printf '%s\n%s\n' "$password" "$password" | setsid psql -X -q -v ON_ERROR_STOP=1 -c "\\password $role" >/dev/null
done
