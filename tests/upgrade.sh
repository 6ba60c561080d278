#!/usr/bin/env bash
# A rolling upgrade as it happens: an older version's worker is at work while the new migrator brings the schema up and a new worker joins it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: ./tests/upgrade.sh [--from REVISION] [--people N]

Builds the worker of an older revision from git (in a temporary worktree) and this one, starts PostgreSQL and RabbitMQ on free ports of
127.0.0.1, brings the schema up with the older program and lets its worker cut off people while they leave, one small group after the
other. Meanwhile the new program migrates, a new worker joins the old one, and the old one is stopped. Then everything is counted:
every event once, every person's saga once and completed, every role of the target database without sign-in, every step with one
outcome, nothing refused, the audit verified.

  --from REVISION   the older revision (default: the parent of the commit that added the newest migration but two, so that several
                    migrations are applied meanwhile)
  --people N        how many leave (default 400)
  --help            this text
TEXT
}

from=
people=400
while [ $# -gt 0 ]; do
  case "$1" in
    --from) [ $# -gt 1 ] || { usage >&2; exit 2; }; from=$2; shift ;;
    --from=*) from=${1#--from=} ;;
    --people) [ $# -gt 1 ] || { usage >&2; exit 2; }; people=$2; shift ;;
    --people=*) people=${1#--people=} ;;
    --help | -h) usage; exit 0 ;;
    *) echo "upgrade: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

. deploy/debian-packages.sh
. deploy/quickstart/services.sh
. deploy/quickstart/show.sh
need_dotnet
need_packages postgresql rabbitmq-server

if [ -z "$from" ]; then
  third=$(printf '%s\n' src/Deprovisioner.Storage/Migrations/*.sql | sort | tail -3 | head -1)
  from=$(git log --first-parent -m --diff-filter=A --format=%h -- "$third" | tail -1)^
fi
from=$(git rev-parse --verify "$from^{commit}")

home=$(mktemp -d "${TMPDIR:-/tmp}/deprovisioner-upgrade-XXXXXX")
chmod 755 "$home"
finish() {
  local code=$?
  trap - EXIT INT TERM
  stop_services
  git worktree remove --force "$home/older" 2>/dev/null || true
  if [ $code -ne 0 ]; then
    echo "upgrade: FAILED; the logs are in $home" >&2
  else
    rm -rf "$home"
  fi
  exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM

# build FOLDER PROGRAM
build() {
  (cd "$1" && dotnet publish src/Deprovisioner.Worker -c Release -o "$home/$2" -v quiet --nologo --disable-build-servers -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false) >"$home/build-$2.log" 2>&1 ||
    { tail -30 "$home/build-$2.log" >&2; exit 1; }
}

say "Building the worker of $(git log -1 --format='%h (%s)' "$from")"
git worktree add --detach "$home/older" "$from" >"$home/worktree.log" 2>&1
build "$home/older" old
say "Building this worker"
build . new

say "Starting PostgreSQL and RabbitMQ on free ports in $home"
pg_password=$(head -c 18 /dev/urandom | base64 | tr -d '/+=')
start_postgres
start_rabbitmq
psql -q -v ON_ERROR_STOP=1 -c 'create database deprovisioner' -c 'create database warehouse'
psql -q -v ON_ERROR_STOP=1 -d warehouse -c 'create role canary' -c "do \$\$ begin for n in 1..$people loop execute format('create role u%s login', n); end loop; end \$\$"
cat >"$home/deprovisioner.yaml" <<'YAML'
systems:
  warehouse:
    connector: postgres
    connection: "${env:WAREHOUSE}"
    match: {value: person.userName}
    canary: canary
    limits: {concurrency: 8, perSecond: 500, timeout: 5s, lease: 20s}
policies:
  - name: leaver
    when: {event: terminated}
    retry: {first: 1s, max: 5s, for: 10m}
    stages:
      - {name: contain, steps: [{system: warehouse, action: disable-account}, {system: warehouse, action: revoke-sessions}]}
      - {name: revoke, steps: [{system: warehouse, action: remove-entitlements}]}
YAML
export ConnectionStrings__Deprovisioner="Host=127.0.0.1;Port=$pg_port;Database=deprovisioner;Username=admin;Password=$pg_password"
export ConnectionStrings__RabbitMq="amqp://guest:guest@127.0.0.1:$rabbit_port/"
export Deprovisioner__Config="$home/deprovisioner.yaml"
export WAREHOUSE="Host=127.0.0.1;Port=$pg_port;Database=warehouse;Username=admin;Password=$pg_password"

# start_worker NAME: ready to work.
start_worker() {
  export Deprovisioner__HealthUrl
  Deprovisioner__HealthUrl="http://127.0.0.1:$(free_port)"
  "$home/$1/deprovisioner" run >"$home/worker-$1.log" 2>&1 &
  pids+=($!)
  wait_until 120 "the $1 worker to be ready ($home/worker-$1.log)" ready
}

# leave FIRST LAST: one file of events, as an HR system would write it.
leave() {
  local n separator='['
  for ((n = $1; n <= $2; n++)); do
    printf '%s{"specversion":"1.0","id":"leave-%s","source":"/hris","type":"hr.employment.terminated.v1","subject":"E%s","time":"2026-11-20T10:00:00Z","datacontenttype":"application/json","data":{"personId":"P%s","employmentId":"E%s","person":{"userName":"u%s"}}}' \
      "$separator" "$n" "$n" "$n" "$n" "$n"
    separator=','
  done
  printf ']'
}

# They leave in twenty groups, whatever else happens.
stream() {
  local group size=$((people / 20))
  for ((group = 0; group < 20; group++)); do
    leave $((group * size + 1)) $((group == 19 ? people : (group + 1) * size)) >"$home/events-$group.json"
    "$home/old/deprovisioner" publish "$home/events-$group.json" >>"$home/publish.log" 2>&1
  done
}

say "The old worker works"
"$home/old/deprovisioner" migrate
start_worker old
old=${pids[-1]}
stream &
stream=$!
pids+=("$stream")
completed() { [ "$(db "select count(*) from sagas where status = 'completed'")" -ge "$1" ]; }
wait_until 300 "the first sagas" completed 5
echo "$(db "select count(*) from sagas where status = 'completed'") of $people sagas are completed"

say "The new program migrates meanwhile"
"$home/new/deprovisioner" migrate
applied=$(db 'select count(*) from "__EFMigrationsHistory"')
before=$(db 'select count(*) from inbox')
wait_until 300 "the old worker to go on after the migration" completed $((before > people / 2 ? people / 2 : before))
say "A new worker joins"
start_worker new
say "The old one is stopped"
kill -TERM "$old"
wait "$old" || true
echo "$(db "select count(*) from sagas where status = 'completed'") of $people sagas are completed"
wait "$stream"
wait_until 600 "all sagas to complete" completed "$people"

say "What there is"
faults=0
# expect WHAT WANTED FOUND
expect() {
  printf '  %-64s %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { echo "upgrade: $1: expected $2, found $3" >&2; faults=$((faults + 1)); }
}
expect "events taken in" "$people" "$(db 'select count(*) from inbox')"
expect "messages in quarantine" 0 "$(db 'select count(*) from quarantine')"
expect "sagas" "$people" "$(db 'select count(*) from sagas')"
expect "sagas completed" "$people" "$(db "select count(*) from sagas where status = 'completed'")"
expect "people with more than one saga" 0 "$(db 'select count(*) from (select from sagas group by person_id having count(*) > 1) d')"
expect "steps succeeded" $((3 * people)) "$(db "select count(*) from steps where status = 'succeeded'")"
expect "steps with more or less than one recorded outcome" 0 \
  "$(db "select count(*) from (select from steps s left join audit a on a.stream = s.saga_id and a.type = 'step-reported' and convert_from(a.payload, 'UTF8')::jsonb->'facts'->>'step' = s.step_id::text group by s.step_id having count(a.seq) <> 1) d")"
expect "people who can still sign in to the warehouse" 0 "$(db "select count(*) from pg_roles where rolname ~ '^u[0-9]' and rolcanlogin")"
expect "completions told" "$people" "$(db "select count(*) from outbox where type = 'deprovisioning.completed.v1'")"
expect "facts refused or passes failed, old worker" 0 "$(grep -cE 'cannot be recorded|pass failed' "$home/worker-old.log" || true)"
expect "facts refused or passes failed, new worker" 0 "$(grep -cE 'cannot be recorded|pass failed' "$home/worker-new.log" || true)"
expect "deadlocks" 0 "$(db 'select deadlocks from pg_stat_database where datname = current_database()')"
verified=$("$home/new/deprovisioner" audit verify) || faults=$((faults + 1))
echo "  $verified"
[ $faults -eq 0 ] || exit 1
echo "upgrade: $applied migrations, $people people, nothing lost, nothing doubled ($(git rev-parse --short "$from") to $(git rev-parse --short HEAD))"
