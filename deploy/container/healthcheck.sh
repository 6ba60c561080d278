#!/bin/bash
# healthcheck PORT: asks the process in this container whether it works. With bash itself: the image has no HTTP client.
# Only whether it lives: a process whose database is away gets better by itself, and a restart would help nobody.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET /healthz/live HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 status <&3
[[ $status == HTTP/1.?" 200 "* ]]
