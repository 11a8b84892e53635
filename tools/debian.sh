#!/bin/sh
# Install what the tests use of Debian beside Python: a browser, openssl, PostgreSQL, strace, tesseract and
# valgrind.  What needs one that is not there is left out.
set -eu

missing() {
    printf 'ibid: the tests that need%s will be left out: %s\n' "$wanted" "$1" >&2
    exit 0
}

wanted=
for program in chromium openssl pg_ctlcluster strace tesseract valgrind; do
    command -v "$program" >/dev/null 2>&1 || wanted="$wanted $program"
done
wanted=$(printf %s "$wanted" | sed 's/tesseract/tesseract-ocr/; s/pg_ctlcluster/postgresql/')
[ -n "$wanted" ] || exit 0
command -v apt-get >/dev/null 2>&1 || missing "there is no apt-get to install it with"
[ "$(id -u)" = 0 ] || missing "only root can install it: apt-get install$wanted"
export DEBIAN_FRONTEND=noninteractive
apt() {
    said=$(apt-get -qq "$@" 2>&1) || missing "apt-get $1 failed: $(printf '%s\n' "$said" | tail -n 1)"
}
apt update
# shellcheck disable=SC2086 # they are several words
apt install -y --no-install-recommends $wanted
