#!/bin/sh
# Prepares a Linux machine for the connector "linux-ssh". Run it there as root, beside the program, and again after an update:
#
#   ./install.sh "ssh-ed25519 AAAA… deprovisioner"
#
# The service account can do one thing: run /usr/local/sbin/deprovisioner-account, as root and without arguments. Its key is bound to that by a forced
# command, so that whoever holds it gets no shell, no terminal and no forwarding; it has no password; and what it owns it cannot change, its keys included.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022

account=deprovisioner
home=/var/lib/deprovisioner
program=/usr/local/sbin/deprovisioner-account
here=$(dirname -- "$0")

[ "$(id -u)" = 0 ] || { echo "Run this as root." >&2; exit 1; }
case ${1-} in
  ssh-* | ecdsa-* | sk-*) key=$1 ;;
  *) echo "Usage: $0 \"the public key of the connector, one line\"" >&2; exit 2 ;;
esac
case $key in *'
'*) echo "The public key must be one line." >&2; exit 2 ;; esac

install -o root -g root -m 0755 -- "$here/deprovisioner-account" "$program"
install -d -o root -g root -m 0700 /var/lib/deprovisioner-account

# A shell is needed for sshd to run the forced command; no password is ever right.
getent passwd $account >/dev/null || useradd --system --no-create-home --home-dir $home --shell /bin/sh --comment "Deprovisioner" $account
usermod --password '*' --home $home $account
install -d -o root -g root -m 0755 $home $home/.ssh
printf 'restrict,command="sudo -n %s" %s\n' "$program" "$key" >$home/.ssh/authorized_keys
chmod 0644 $home/.ssh/authorized_keys

# "" allows no arguments at all (sudoers(5)).
rule=/etc/sudoers.d/deprovisioner-account
printf '%s ALL=(root:root) NOPASSWD: %s ""\n' $account $program >$rule.new
chmod 0440 $rule.new
visudo -cqf $rule.new
mv -f $rule.new $rule

echo "Ready. The connector's setting hostKey, from this machine's own files and not from the network:"
for public in /etc/ssh/ssh_host_*_key.pub; do [ ! -f "$public" ] || ssh-keygen -lf "$public" | cut -d ' ' -f 2; done
