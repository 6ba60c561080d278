#!/usr/bin/env bash
# All tests, against real servers that the tests themselves start. The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: ./tests/run.sh [--filter EXPRESSION] [PROJECT…]

Installs what the tests need (Debian packages), builds the solution, checks the format, and runs every test project, quick ones
first. PostgreSQL, RabbitMQ, OpenLDAP, a SCIM server and a Samba domain controller are started by the tests on free ports and
addresses of the loopback, and end with them. The controller's ports are for root only: other users need sudo that does not ask.
For the connector kubernetes an API server is built from Debian's source, once (some ten minutes, and 2 GB while it is built), and
kept in ~/.cache/deprovisioner-tests; where that cannot be, its tests talk to a fake.
Exit code 0: all passed; 1: something failed, crashed or ran no test.

  PROJECT              run only these, by name with or without "Deprovisioner." and ".Tests": Core, Worker, EndToEnd
  --filter EXPRESSION  run only these tests (dotnet test --filter), such as FullyQualifiedName~Ldap
  --help               this text
TEXT
}

# Quick ones first; what is not named here comes last.
order=(Core Storage Console Worker Connectors EndToEnd)
# A test that shows no progress for so long hangs: it is named, and the project counts as failed.
hang=5m
longest_build=20m

filter=
wanted=()
while [ $# -gt 0 ]; do
  case "$1" in
    --filter) [ $# -gt 1 ] || { echo "tests/run.sh: --filter needs an expression" >&2; exit 2; }; filter=$2; shift ;;
    --filter=*) filter=${1#--filter=} ;;
    --help | -h) usage; exit 0 ;;
    -*) echo "tests/run.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
    *) wanted+=("$1") ;;
  esac
  shift
done

short() { local name=${1##*/}; name=${name#Deprovisioner.}; echo "${name%.Tests}"; }

# choose_projects: into the array projects, in their order.
choose_projects() {
  local known=() name folder
  for folder in tests/Deprovisioner.*.Tests tests/Deprovisioner.EndToEnd; do
    known+=("$(short "$folder")")
  done
  projects=()
  for name in "${order[@]}" "${known[@]}"; do
    if [[ " ${known[*]} " == *" $name "* && " ${projects[*]} " != *" $name "* ]]; then
      projects+=("$name")
    fi
  done
  [ ${#wanted[@]} -eq 0 ] && return 0
  local chosen=()
  for name in "${wanted[@]}"; do
    name=$(short "${name%/}")
    if [[ " ${projects[*]} " != *" $name "* ]]; then
      echo "tests/run.sh: there is no test project '$name'; there are ${projects[*]}" >&2
      exit 2
    fi
    chosen+=("$name")
  done
  projects=("${chosen[@]}")
}

say() { printf '\n== %s\n' "$*"; }

# count NAME FILE…: the sum of an attribute of <Counters …/> over TRX files.
count() {
  local name=$1
  shift
  [ $# -eq 0 ] && { echo 0; return; }
  sed -n "s/.*<Counters[^>]* $name=\"\([0-9]*\)\".*/\1/p" "$@" | awk '{ n += $1 } END { print n + 0 }'
}

# failures FILE…: each test that failed, with the first line of what it said.
failures() {
  sed -n '/<UnitTestResult [^>]*outcome="Failed"/,/<\/Message>/ {
    s/.*<UnitTestResult [^>]*testName="\([^"]*\)".*/FAILED: \1/p
    s/.*<Message>\([^<]*\).*/  \1/p
  }' "$@"
}

# run_project NAME: notes what is wrong in the array faults, and never ends the script.
run_project() {
  local name=$1 folder=tests/Deprovisioner.$1 code=0 detail=minimal total passed executed files
  [ -d "$folder" ] || folder=$folder.Tests
  # Stories take their time: each is named as it passes.
  [ "$name" = EndToEnd ] && detail=normal
  say "$name"
  local arguments=(--no-build -c "$configuration" --nologo --results-directory "$results/$name" --logger trx --logger "console;verbosity=$detail"
    --blame-hang-timeout "$hang" --blame-hang-dump-type none)
  [ -n "$filter" ] && arguments+=(--filter "$filter")
  dotnet test "$folder" "${arguments[@]}" || code=$?

  files=("$results/$name"/*.trx)
  total=$(count total "${files[@]}")
  passed=$(count passed "${files[@]}")
  executed=$(count executed "${files[@]}")
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + executed - passed))
  all_skipped=$((all_skipped + total - executed))
  if [ $code -ne 0 ] && [ "$executed" -eq "$passed" ]; then
    faults+=("$name did not come to its end (exit code $code)")
  elif [ "$total" -eq 0 ] && [ -z "$filter" ]; then
    faults+=("$name ran no test")
  fi
}

# kubernetes: a real API server for its connector's tests. There is no package of one, so it is built from Debian's source, once; where that cannot be, the tests have a fake that follows the published reference.
kubernetes() {
  [[ " ${projects[*]} " == *" Connectors "* ]] && [ -z "${TEST_ASSET_KUBE_APISERVER:-}" ] && [[ -z "$filter" || "$filter" == *Kubernetes* ]] || return 0
  local built=${XDG_CACHE_HOME:-$HOME/.cache}/deprovisioner-tests
  say "A Kubernetes API server"
  if timeout "$longest_build" ./tests/kube-apiserver.sh "$built"; then
    TEST_ASSET_KUBE_APISERVER=$built/kube-apiserver TEST_ASSET_ETCD=$(command -v etcd)
    export TEST_ASSET_KUBE_APISERVER TEST_ASSET_ETCD
  else
    echo "It could not be built: see above. The tests of the connector kubernetes talk to a fake." >&2
  fi
}

choose_projects
. deploy/debian-packages.sh
need_dotnet
packages=(postgresql rabbitmq-server slapd ldap-utils amqp-tools openssl faketime python3-aiosmtpd)
# What the files under deploy are checked with; systemd for systemd-analyze only.
packages+=(bubblewrap shellcheck systemd yamllint)
# A real domain controller, and Kerberos to ask it for tickets.
packages+=(samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules krb5-user)
# Further systems on which people have accounts.
packages+=(mariadb-server redis-server openssh-server openssh-client procps sudo python3-keystone)
packages+=(dovecot-core dovecot-managesieved dovecot-sieve)
# A real Prometheus, and promtool, which comes with it.
packages+=(prometheus chromium)
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || packages+=(nodejs npm)
need_packages "${packages[@]}"
kubernetes

if [ "$(id -u)" -ne 0 ] && [[ " ${projects[*]} " == *" Connectors "* ]] && ! sudo -n true 2>/dev/null; then
  echo "tests/run.sh: a domain controller's ports are for root only. Run this as root, or let sudo work without asking (sudoers: NOPASSWD)." >&2
  exit 1
fi

# The end-to-end tests start the worker as it is shipped, so everything is built that way.
configuration=Release
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
results=$(mktemp -d "${TMPDIR:-/tmp}/deprovisioner-tests-XXXXXX")
trap 'rm -rf "$results"' EXIT
shopt -s nullglob
faults=()
all_passed=0 all_failed=0 all_skipped=0

# No build servers: they would stay behind.
# White space only: the style rules are errors of the build already, and to check them again takes "dotnet format" two minutes.
say "Restoring, locked"
dotnet restore --locked-mode -v quiet --disable-build-servers
say "Building"
dotnet build --no-restore -c "$configuration" -v quiet --nologo --disable-build-servers
say "Checking the format"
dotnet format whitespace --verify-no-changes --no-restore

for project in "${projects[@]}"; do
  run_project "$project"
done

[ $((all_passed + all_failed + ${#faults[@]})) -eq 0 ] && [ -n "$filter" ] && faults+=("no test matches $filter")
echo
# Once more at the end, where they are looked for: the output above is long.
trx=("$results"/*/*.trx)
[ ${#trx[@]} -eq 0 ] || failures "${trx[@]}"
for fault in "${faults[@]}"; do
  echo "FAULT: $fault"
done
# A project that crashed counts as one failure more, so that the last line never looks good when something is not.
all_failed=$((all_failed + ${#faults[@]}))
echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
[ $all_failed -eq 0 ]
