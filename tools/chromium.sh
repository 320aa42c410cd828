#!/bin/sh
# Browser tests drive Debian's Chromium. Install it where it is missing and we may; say so where we may not.
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null && exit 0
fi
echo "chromium is not installed: browser tests will be skipped (apt-get install chromium, as root)" >&2
