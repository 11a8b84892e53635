#!/bin/sh
# Install what the tests use of Debian beside Python: a browser.  Without it they leave out those that drive one.
set -eu

missing() {
    printf 'ibid: the tests that drive a browser will be left out: %s\n' "$1" >&2
    exit 0
}

if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || missing "there is no chromium, and no apt-get to install it with"
[ "$(id -u)" = 0 ] || missing "there is no chromium, and only root can install it: apt-get install chromium"
export DEBIAN_FRONTEND=noninteractive
apt() {
    said=$(apt-get -qq "$@" 2>&1) || missing "apt-get $1 failed: $(printf '%s\n' "$said" | tail -n 1)"
}
apt update
apt install -y --no-install-recommends chromium
