#!/bin/sh
# What tests need of Debian: Chromium for the screens, Go's own code for the audit log, strace for crashes. Installed
# where it is missing and we may; where we may not, the tests that need it are skipped and say so.
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v strace >/dev/null || missing="$missing strace"
[ -d /usr/share/gocode/src/golang.org/x/mod ] && command -v go >/dev/null || missing="$missing golang-go golang-golang-x-mod-dev"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086 - a list of names
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null && exit 0
fi
echo "not installed:$missing: some tests will be skipped (apt-get install$missing, as root)" >&2
