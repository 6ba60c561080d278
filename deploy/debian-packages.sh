# shellcheck shell=bash
# Sourced by quickstart.sh and tests/run.sh: installs Debian packages that are missing, and says plainly what is wrong where it cannot.

# need_dotnet: the .NET SDK is the one thing that is not installed here.
need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET SDK 10 is missing: install it (https://dotnet.microsoft.com/download) and see that 'dotnet' is on PATH." >&2
    exit 1
  fi
  case "$(dotnet --version 2>/dev/null)" in
    10.*) ;;
    *) echo "The .NET SDK 10 is needed; 'dotnet --version' says $(dotnet --version 2>/dev/null || echo nothing)." >&2; exit 1 ;;
  esac
}

# need_packages PACKAGE…
need_packages() {
  local missing=() package as_root=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0

  echo "Installing ${missing[*]} …"
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "This is not Debian (no apt-get). Install these by hand: ${missing[*]}" >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "Missing: ${missing[*]}. Run this as root, or install sudo, or install them by hand." >&2
      exit 1
    fi
    as_root=(sudo)
  fi

  # Private servers are started below; the packages' own services shall not start. An existing policy is left alone.
  local policy=/usr/sbin/policy-rc.d made=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    made=yes
  fi
  local log
  log=$(mktemp)
  local ok=yes
  { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || ok=no
  [ "$made" = yes ] && "${as_root[@]}" rm -f "$policy"
  if [ "$ok" = no ]; then
    tail -20 "$log" >&2
    echo "Could not install ${missing[*]}: see above. Without them this cannot go on." >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

# free_port: a port on 127.0.0.1 that nobody listens on. Below 32768, where Linux takes the ports of outgoing connections from: else one of
# those could take it before our server does.
free_port() {
  local port
  while :; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# wait_until SECONDS WHAT COMMAND…: asks again and again until the command succeeds.
wait_until() {
  local seconds=$1 what=$2 end
  shift 2
  end=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $end ]; then
      echo "Waited $seconds s in vain for $what." >&2
      return 1
    fi
    sleep 0.2
  done
}
