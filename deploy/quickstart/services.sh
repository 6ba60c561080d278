# shellcheck shell=bash
# Sourced by quickstart.sh: private PostgreSQL, RabbitMQ and OpenLDAP in $home, on free ports, ended by process id.

pids=()

# PostgreSQL refuses to run as root: then its programs run as the postgres user that the package made. A list and not a function: started in the
# background, a function would be a shell of its own, and its process id not the server's.
as_postgres=()
if [ "$(id -u)" -eq 0 ]; then
  as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
fi

# wait_for_server SECONDS NAME LOG COMMAND…: until the command succeeds; a server, the process that was started last, that ends meanwhile is not waited for.
wait_for_server() {
  local seconds=$1 name=$2 log=$3 server=${pids[-1]}
  shift 3
  answers_or_ended() { "$@" || ! kill -0 "$server"; }
  wait_until "$seconds" "$name ($log)" answers_or_ended "$@" && kill -0 "$server" 2>/dev/null && return 0
  echo "$name does not run. It said last:" >&2
  tail -5 "$log" >&2
  return 1
}

start_postgres() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  pg_port=$(free_port)
  mkdir -p "$home/postgres"
  [ "$(id -u)" -eq 0 ] && chown postgres: "$home/postgres"
  printf '%s' "$pg_password" >"$home/pg-password"
  chmod 644 "$home/pg-password"
  "${as_postgres[@]}" "$bin/initdb" -D "$home/postgres/data" -U admin --auth=scram-sha-256 --pwfile="$home/pg-password" -E UTF8 --no-sync >"$home/initdb.log" 2>&1
  rm -f "$home/pg-password"
  "${as_postgres[@]}" "$bin/postgres" -D "$home/postgres/data" -p "$pg_port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= >"$home/postgres.log" 2>&1 &
  pids+=($!)
  export PGHOST=127.0.0.1 PGPORT=$pg_port PGUSER=admin PGPASSWORD=$pg_password PGDATABASE=postgres PGCONNECT_TIMEOUT=5
  wait_for_server 30 PostgreSQL "$home/postgres.log" psql -qAtc 'select 1'
}

start_rabbitmq() {
  rabbit_port=$(free_port)
  rabbit_node="quickstart-$rabbit_port@localhost"
  mkdir -p "$home/rabbitmq"
  export ERL_EPMD_PORT
  ERL_EPMD_PORT=$(free_port)
  printf '[].' >"$home/rabbitmq/plugins"
  printf 'listeners.tcp.local = 127.0.0.1:%s\nloopback_users = none\ndisk_free_limit.absolute = 50MB\n' "$rabbit_port" >"$home/rabbitmq/rabbitmq.conf"
  # Its own port mapper, in the foreground: one that RabbitMQ starts would outlive it.
  epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 >"$home/epmd.log" 2>&1 &
  pids+=($!)
  local dist
  dist=$(free_port)
  : >"$home/rabbitmq/env.conf"
  # RUNNING_UNDER_SYSTEMD makes the script replace itself by the broker, so that the process id is the broker's.
  env HOME="$home/rabbitmq" RUNNING_UNDER_SYSTEMD=true ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_NODENAME="$rabbit_node" RABBITMQ_NODE_PORT="$rabbit_port" RABBITMQ_DIST_PORT="$dist" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE="$home/rabbitmq/env.conf" RABBITMQ_PID_FILE="$home/rabbitmq/pid" \
    RABBITMQ_MNESIA_BASE="$home/rabbitmq/data" RABBITMQ_LOG_BASE="$home/rabbitmq/log" RABBITMQ_LOGS=- RABBITMQ_ENABLED_PLUGINS_FILE="$home/rabbitmq/plugins" \
    /usr/lib/rabbitmq/bin/rabbitmq-server >"$home/rabbitmq.log" 2>&1 &
  pids+=($!)
  wait_for_server 120 RabbitMQ "$home/rabbitmq.log" bash -c "exec 3<>/dev/tcp/127.0.0.1/$rabbit_port"
}

start_openldap() {
  ldap_port=$(free_port)
  mkdir -p "$home/ldap/data"
  sed -e "s|@HOME@|$home/ldap|g" -e "s|@PASSWORD@|$LDAP_PASSWORD|g" deploy/quickstart/slapd.conf >"$home/ldap/slapd.conf"
  chmod 600 "$home/ldap/slapd.conf"
  /usr/sbin/slapd -d 0 -f "$home/ldap/slapd.conf" -h "ldap://127.0.0.1:$ldap_port/" >"$home/ldap.log" 2>&1 &
  pids+=($!)
  wait_for_server 20 OpenLDAP "$home/ldap.log" ldapsearch -x -H "ldap://127.0.0.1:$ldap_port" -s base -b ''
}

# Ends what was started, the youngest first; what does not end in 15 seconds is killed.
stop_services() {
  local pid i end=$((SECONDS + 15))
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[$i]}" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    while kill -0 "$pid" 2>/dev/null; do
      [ $SECONDS -ge $end ] && kill -KILL "$pid" 2>/dev/null
      sleep 0.1
    done
  done
  pids=()
}
