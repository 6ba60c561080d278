# shellcheck shell=bash
# Sourced by quickstart.sh: what is shown, and what is expected.

say() { printf '\n== %s\n' "$*"; }

db() { psql -qAtX -d deprovisioner -c "$1"; }

ready() {
  local address=${Deprovisioner__HealthUrl#http://} line
  exec 4<>"/dev/tcp/${address%:*}/${address#*:}" || return 1
  printf 'GET /healthz/ready HTTP/1.0\r\n\r\n' >&4
  read -r line <&4
  exec 4>&-
  [[ $line == *" 200 "* ]]
}

session_of() { psql -qAtX -c "select 1 from pg_stat_activity where usename = '$1'" | grep -q 1; }

can_bind() { ldapwhoami -x -H "ldap://127.0.0.1:$ldap_port" -D "uid=$1,dc=example,dc=test" -w "$1-password" >/dev/null 2>&1; }

can_login() { PGUSER=$1 PGPASSWORD=$1-password psql -qAtX -d warehouse -c 'select 1' >/dev/null 2>&1; }

groups_of() { ldapsearch "${ldap[@]}" -LLL -b dc=example,dc=test "(member=uid=$1,dc=example,dc=test)" cn | sed -n 's/^cn: //p' | sort | paste -sd ' '; }

roles_of() { psql -qAtX -c "select string_agg(g.rolname, ' ' order by g.rolname) from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles u on u.oid = m.member where u.rolname = '$1'"; }

show_accounts() {
  local name format='  %-7s %-14s %-14s %-15s %-18s %s\n'
  # shellcheck disable=SC2059
  printf "$format" person "directory" "in groups" "database" "in roles" "open sessions"
  for name in ada grace linus mary; do
    # shellcheck disable=SC2059
    printf "$format" "$name" "$(can_bind "$name" && echo "signs in" || echo "REFUSED")" "$(groups_of "$name")" \
      "$(can_login "$name" && echo "signs in" || echo "REFUSED")" "$(roles_of "$name")" "$(psql -qAtX -c "select count(*) from pg_stat_activity where usename = '$name'")"
  done
}

# follow SECONDS: prints steps as they are settled, until nothing moves any more that could.
follow() {
  local end=$((SECONDS + $1)) line settled
  while :; do
    settled=no
    if [ "$(db "select count(*) from inbox")" -ge 10 ] && [ "$(db "select count(*) from quarantine")" -ge 1 ] \
      && [ "$(db "select count(*) from steps join sagas using (saga_id) where effective_at <= now() and steps.status in ('waiting', 'due', 'in-flight')")" -eq 0 ]; then
      settled=yes
    fi
    while IFS= read -r line; do
      [ -n "$line" ] && { echo "  $line"; shown=$((${shown:-0} + 1)); }
    done < <(db "select to_char(coalesce(t.settled_at, now()) at time zone 'utc', 'HH24:MI:SS.MS') || '  ' || rpad(g.person_id, 6) || rpad(t.system, 11) || rpad(t.action, 21) || rpad(t.status, 11)
      || coalesce(t.outcome, '') || coalesce(' (' || t.code || ')', '')
      from steps t join sagas g using (saga_id) where t.status in ('succeeded', 'failed', 'open-task') order by t.settled_at nulls last, t.step_id offset ${shown:-0}")
    [ $settled = yes ] && return 0
    if [ $SECONDS -ge $end ]; then
      echo "quickstart: not everything was settled in time" >&2
      db "select system, action, steps.status, code, message from steps join sagas using (saga_id) where steps.status not in ('succeeded', 'cancelled')" >&2
      return 1
    fi
    sleep 0.3
  done
}

unexpected=0
expect() {
  local what=$1
  shift
  if ! "$@"; then
    echo "NOT AS EXPECTED: $what" >&2
    unexpected=1
  fi
}
not() { ! "$@"; }
is() { [ "$(db "$1")" = "$2" ]; }

check_expectations() {
  local name
  for name in ada linus; do
    expect "$name can no longer sign in to the directory" not can_bind "$name"
    expect "$name can no longer sign in to the database" not can_login "$name"
    expect "$name is in no group" [ -z "$(groups_of "$name")" ]
    expect "$name is in no role" [ -z "$(roles_of "$name")" ]
  done
  expect "Linus's open session has ended" not session_of linus
  for name in grace mary; do
    expect "$name can sign in to the directory as before" can_bind "$name"
    expect "$name can sign in to the database as before" can_login "$name"
    expect "$name is in the groups as before" [ -n "$(groups_of "$name")" ]
  done
  expect "two sagas are completed" is "select count(*) from sagas where status = 'completed'" 2
  expect "Mary's saga waits for its day" is "select status from sagas where person_id = 'P1004'" scheduled
  expect "the duplicate was counted and made no second saga" is "select deliveries || ' ' || (select count(*) from sagas where person_id = 'P1001') from inbox where event_id = 'leave-ada'" "2 1"
  expect "the late event is stale" is "select verdict from inbox where event_id = 'old-news-grace'" stale
  expect "the termination of nobody known is held" is "select verdict from inbox where event_id = 'leave-nobody'" held
  expect "the invalid event is in quarantine with its reason" is "select reason from quarantine" bad-date
  expect "the audit is verified" grep -q '^audit verified' <<<"$verified"
  [ $unexpected -eq 0 ]
}

# Something that waits for a person, for whoever looks around in the console.
leave_trouble() {
  say "Left for you: Kay was let go, and two directory entries have her address; and a reconciliation of the directory"
  ldapadd "${ldap[@]}" -f deploy/quickstart/trouble.ldif >>"$home/ldapadd.log"
  psql -q -d warehouse -c "create role kay login password 'kay-password' in role analysts"
  deprovisioner publish deploy/quickstart/events/5-trouble.json
  wait_until 60 "Kay's steps to be tried" is "select count(distinct steps.status) from steps join sagas using (saga_id) where person_id = 'P1005' and steps.status in ('failed', 'open-task')" 2
  # Exit code 1 says that there are findings, which is what it is asked for.
  deprovisioner reconcile corp-ldap --why "to look around" --as quickstart || true
}

keep_running() {
  # What a second shell needs; readable by its owner only, since it holds passwords.
  (
    umask 077
    export -p | grep -E 'declare -x (ConnectionStrings__|Deprovisioner__|LDAP_|WAREHOUSE|PG)' >"$home/environment"
  )
  # Linus's session is in the list too, and has ended by now.
  local pid running=()
  for pid in "${pids[@]}"; do
    kill -0 "$pid" 2>/dev/null && running+=("$pid")
  done
  cat <<TEXT

Left running. The console: $console_url
On the command line:
  cd $PWD && . $home/environment
  $home/app/deprovisioner sagas list
  ldapsearch -x -H $LDAP_URL -b dc=example,dc=test
Logs: $home/worker.log, $home/console.log
To stop it:
  kill ${running[*]}; rm -rf $home
TEXT
  disown -a
}
