#!/usr/bin/env bash
# with-passwords.sh DEFINITIONS FOLDER: prints the definitions with each user's password from the file of its name in FOLDER.
# Characters are limited to those that stand for themselves in a URI, since that is where the password goes next.
set -euo pipefail
[ $# -eq 2 ] || { echo "Usage: with-passwords.sh DEFINITIONS FOLDER" >&2; exit 2; }
definitions=$(<"$1")
while read -r user; do
  [ -r "$2/$user" ] || { echo "with-passwords.sh: there is no file $2/$user with this user's password." >&2; exit 1; }
  password=$(<"$2/$user")
  if [[ ! $password =~ ^[A-Za-z0-9._~-]{16,}$ ]]; then
    echo "with-passwords.sh: the password in $2/$user must have 16 or more of A-Z a-z 0-9 . _ ~ -" >&2
    exit 1
  fi
  definitions=${definitions/"\"name\": \"$user\", \"password_hash\": \"\", \"hashing_algorithm\": \"rabbit_password_hashing_sha256\""/"\"name\": \"$user\", \"password\": \"$password\""}
done < <(sed -n 's/.*"name": "\([^"]*\)", "password_hash": "".*/\1/p' "$1")
printf '%s\n' "$definitions"
