#!/usr/bin/env bash
# The main job on real services: a day of HR events on a real broker, and access gone on a real directory and a real database.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: ./deploy/quickstart.sh [--keep]

Installs what is missing (Debian packages postgresql, rabbitmq-server, slapd, ldap-utils, curl), starts private servers on free
ports in a temporary folder, creates people on them, runs the worker, publishes a day of HR events, shows what happens, and
compares the accounts before and after as the systems themselves report them. Stops everything at the end.

  --keep   leave it running, and print how to use and how to stop it
  --help   this text
TEXT
}

keep=no
for argument in "$@"; do
  case "$argument" in
    --keep) keep=yes ;;
    --help | -h) usage; exit 0 ;;
    *) echo "quickstart: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

. deploy/debian-packages.sh
. deploy/quickstart/services.sh
. deploy/quickstart/show.sh

need_dotnet
need_packages postgresql rabbitmq-server slapd ldap-utils curl

home=$(mktemp -d "${TMPDIR:-/tmp}/deprovisioner-quickstart-XXXXXX")
chmod 755 "$home"
finish() {
  local code=$?
  trap - EXIT INT TERM
  if [ "$keep" = yes ] && [ $code -eq 0 ]; then
    return
  fi
  stop_services
  if [ $code -ne 0 ]; then
    echo "quickstart: FAILED; the logs are in $home" >&2
  else
    rm -rf "$home"
  fi
  exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM

# publish PROJECT FOLDER
publish() {
  dotnet publish "src/$1" -c Release -o "$home/$2" -v quiet --nologo --disable-build-servers >"$home/build-$2.log" 2>&1 || { tail -30 "$home/build-$2.log" >&2; exit 1; }
}
say "Building the worker and the console"
publish Deprovisioner.Worker app
publish Deprovisioner.Console console
deprovisioner() { "$home/app/deprovisioner" "$@"; }

say "Starting PostgreSQL, RabbitMQ and OpenLDAP on free ports in $home"
pg_password=$(head -c 18 /dev/urandom | base64 | tr -d '/+=')
export LDAP_PASSWORD
LDAP_PASSWORD=$(head -c 18 /dev/urandom | base64 | tr -d '/+=')
start_postgres
start_rabbitmq
start_openldap

say "Creating people: four employees with directory accounts, groups and database roles"
ldap=(-x -H "ldap://127.0.0.1:$ldap_port" -D "cn=admin,dc=example,dc=test" -w "$LDAP_PASSWORD")
ldapadd "${ldap[@]}" -f deploy/quickstart/people.ldif >"$home/ldapadd.log"
psql -q -v ON_ERROR_STOP=1 -c 'create database deprovisioner' -c 'create database warehouse'
psql -q -v ON_ERROR_STOP=1 -d warehouse -f deploy/quickstart/warehouse.sql
# Linus has a session open: cutting him off means that it ends.
PGUSER=linus PGPASSWORD=linus-password psql -q -d warehouse -c "select pg_sleep(600)" >"$home/linus-session.log" 2>&1 &
pids+=($!)
wait_until 10 "Linus's session" session_of linus
show_accounts | tee "$home/before"

say "Starting the worker"
export ConnectionStrings__Deprovisioner="Host=127.0.0.1;Port=$pg_port;Database=deprovisioner;Username=admin;Password=$pg_password"
export ConnectionStrings__RabbitMq="amqp://guest:guest@127.0.0.1:$rabbit_port/"
export Deprovisioner__Config=deploy/quickstart/deprovisioner.yaml
health_port=$(free_port)
export Deprovisioner__HealthUrl="http://127.0.0.1:$health_port"
export WAREHOUSE="Host=127.0.0.1;Port=$pg_port;Database=warehouse;Username=admin;Password=$pg_password"
export LDAP_URL="ldap://127.0.0.1:$ldap_port"
deprovisioner policy check
deprovisioner migrate
deprovisioner systems check
"$home/app/deprovisioner" run >"$home/worker.log" 2>&1 &
worker=$!
pids+=("$worker")
wait_until 60 "the worker to be ready ($home/worker.log)" ready

say "Starting the console, in local mode"
console_url="http://127.0.0.1:$(free_port)"
Deprovisioner__Console__Local=true "$home/console/deprovisioner-console" --urls "$console_url" >"$home/console.log" 2>&1 &
pids+=($!)
console_ready() { curl -sf -o /dev/null "$console_url/healthz/ready"; }
wait_until 60 "the console to be ready ($home/console.log)" console_ready

say "Publishing a day of HR events to the exchange hr.events"
deprovisioner publish deploy/quickstart/events/1-hires.json deploy/quickstart/events/2-day.json deploy/quickstart/events/3-invalid.json
wait_until 30 "the events to be taken in" is "select count(*) >= 9 from inbox" t
deprovisioner publish deploy/quickstart/events/4-late.json

say "What happens"
follow 60
say "Facilities report that the badge of P1003 is blocked"
task=$(db "select step_id from steps where status = 'open-task'")
deprovisioner resolve "$task" --evidence "badge 4711 collected at the front desk" --why "reported by facilities" --as facilities
follow 20

say "What was decided about each event"
deprovisioner events list
deprovisioner events quarantined

say "Accounts afterwards, as the systems themselves report them"
show_accounts | tee "$home/after"
diff "$home/before" "$home/after" >"$home/changes" || true

say "The saga of Linus, with its audit"
deprovisioner sagas show "$(db "select saga_id from sagas where person_id = 'P1003'")"

say "All sagas, and the systems, as the console tells of them"
deprovisioner sagas list --server "$console_url"
deprovisioner systems list --server "$console_url"
verified=$(deprovisioner audit verify)

check_expectations
completed=$(db "select count(*) from sagas where status = 'completed'")
attention=$(db "select count(*) from sagas where status = 'needs-attention'")
steps=$(db "select count(*) from steps where outcome in ('changed', 'already')")
rows=$(sed -n 's/^audit verified (\([0-9]*\) rows.*/\1/p' <<<"$verified")

if [ "$keep" = yes ]; then
  leave_trouble
  keep_running
fi
echo "quickstart: $completed sagas completed, $attention need attention, $steps steps verified on their systems, audit verified ($rows rows)"
