#!/usr/bin/env bash
# A chaos run against real processes: see --help. Everything that it starts ends with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. deploy/debian-packages.sh
need_dotnet
packages=(postgresql rabbitmq-server slapd ldap-utils openssl faketime)
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || packages+=(nodejs npm)
case " $* " in *" --help "* | *" -h "*) packages=() ;; esac
need_packages "${packages[@]}"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
# Its processes are killed before it pays to watch what they run, and to compile it once more and better.
export DOTNET_TieredPGO=0
# No build servers: they would stay behind.
dotnet build tests/Deprovisioner.Chaos -c Release -v quiet --nologo --disable-build-servers >&2

# In place of this shell, so that an interrupt reaches the one that has to clean up.
exec tests/Deprovisioner.Chaos/bin/Release/net10.0/Deprovisioner.Chaos "$@"
