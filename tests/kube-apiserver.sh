#!/usr/bin/env bash
# Builds a real kube-apiserver from Debian's source package, for the tests of the connector "kubernetes". Debian has etcd and kubectl, and of the rest the source only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: ./tests/kube-apiserver.sh FOLDER

Builds FOLDER/kube-apiserver from the source package "kubernetes" of this Debian (34 MB) with Debian's Go; takes some ten minutes and 2 GB the first time, and
nothing the next time. ./tests/run.sh calls it. For tests that are run by hand: TEST_ASSET_KUBE_APISERVER=FOLDER/kube-apiserver TEST_ASSET_ETCD=/usr/bin/etcd.
TEXT
}

[ $# -eq 1 ] || { usage >&2; exit 2; }
case "$1" in --help | -h) usage; exit 0 ;; esac
. deploy/debian-packages.sh
need_packages golang-go etcd-server

mkdir -p "$1"
folder=$(cd "$1" && pwd)
server=$folder/kube-apiserver
work=$folder/work

# A list of sources of our own, since this machine's are not ours to change: the same mirror, asked for sources.
fetch_source() {
  local package deb mirror codename
  package=kubernetes-client
  deb=$(apt-get download --print-uris "$package" | sed -n "s/^'\([^']*\)'.*/\1/p")
  mirror=${deb%/pool/*}
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $codename main" > "$work/sources.list"
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
    -o "APT::Sandbox::User=$(id -un)")
  "${apt[@]}" update
  (cd "$work" && "${apt[@]}" source --download-only kubernetes)
  tar -xzf "$work"/kubernetes_*.orig.tar.gz -C "$work/source" --strip-components=1
}

build() {
  # As upstream built it then: without modules, below a GOPATH.
  export GO111MODULE=off CGO_ENABLED=0 GOPATH=$work/go GOCACHE=$work/go-cache GOFLAGS=-p=2
  local root=$GOPATH/src/k8s.io/kubernetes generated=pkg/generated/openapi version
  mkdir -p "${root%/*}"
  ln -sfn "$work/source" "$root"
  cd "$root"
  version=$(sed -n 's/^Version: .*really\([0-9.]*\)-.*/\1/p; s/^Version: \([0-9.]*\)-.*/\1/p' "$work"/kubernetes_*.dsc | head -1)

  # The server's description of its own API, without which it does not start, is made when it is built.
  local described
  described=$(grep -rl --include='*.go' '^// *+k8s:openapi-gen=' staging/src/k8s.io | xargs -n1 dirname | sort -u | grep -v '/testdata\|/sample-' | sed 's#^staging/src/#k8s.io/kubernetes/vendor/#' | paste -sd,)
  go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
  "$work/openapi-gen" -i "$described" -O zz_generated.openapi -p "k8s.io/kubernetes/$generated" -r "$work/violations" -h hack/boilerplate/boilerplate.generatego.txt -o "$GOPATH/src"
  go build -gcflags=all=-dwarf=false -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$version" -o "$server.new" k8s.io/kubernetes/cmd/kube-apiserver
  mv "$server.new" "$server"
}

if [ ! -x "$server" ]; then
  trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
  echo "Building kube-apiserver in $folder, once: some ten minutes …"
  rm -rf "$work"
  fetch_source
  (build)
fi

echo "Built: $server"
