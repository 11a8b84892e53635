#!/bin/sh
# Make what the compose files take for secrets: sh deploy/secrets.sh [DIR], by default secrets/ beside this file.
#
# What is there is kept, so that it can be run again.  The folder is closed to others; the files in it are not, since
# each container reads its own as a user of its own.
set -eu
umask 022
into=${1:-$(dirname "$0")/secrets}
command -v openssl >/dev/null || { echo "openssl is missing; install it (on Debian: apt-get install openssl)" >&2; exit 1; }
mkdir -p "$into"
chmod 700 "$into"
cd "$into"

secret() { openssl rand -hex 32; }

# make FILE: keep standard input as FILE, whole or not at all, unless there is one.
make() {
    if [ -e "$1" ]; then cat >/dev/null; return; fi
    cat >".$1"
    mv ".$1" "$1"
}

secret | make api-keys
secret | make conversation-keys

# The object store: who publishes may write, the replicas may only read.
for role in publisher replica; do
    make $role.env <<EOF
AWS_ACCESS_KEY_ID=ibid-$role
AWS_SECRET_ACCESS_KEY=$(secret)
EOF
done
key_of() { sed -n 's/^AWS_SECRET_ACCESS_KEY=//p' "$1.env"; }
make s3.json <<EOF
{"identities": [
  {"name": "publisher",
   "credentials": [{"accessKey": "ibid-publisher", "secretKey": "$(key_of publisher)"}],
   "actions": ["Read:ibid", "Write:ibid", "List:ibid"]},
  {"name": "replica",
   "credentials": [{"accessKey": "ibid-replica", "secretKey": "$(key_of replica)"}],
   "actions": ["Read:ibid", "List:ibid"]}
]}
EOF

# The database: its roles, and a certificate for the name that it is asked by.
secret | make superuser
for role in owner writer reader; do
    make $role.env <<EOF
PGPASSWORD=$(secret)
EOF
done
make roles.env <<EOF
IBID_OWNER_PASSWORD=$(sed 's/PGPASSWORD=//' owner.env)
IBID_WRITER_PASSWORD=$(sed 's/PGPASSWORD=//' writer.env)
IBID_READER_PASSWORD=$(sed 's/PGPASSWORD=//' reader.env)
EOF
certificate() {
    said=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>&1) ||
        { printf '%s\n' "$said" >&2; exit 1; }
}
if [ ! -e server.crt ]; then
    certificate -days 3650 -subj "/CN=ibid's own authority" -addext "keyUsage=critical,keyCertSign" \
        -keyout ca.key -out ca.crt
    certificate -days 825 -subj /CN=database -addext subjectAltName=DNS:database \
        -addext basicConstraints=critical,CA:FALSE -CA ca.crt -CAkey ca.key -keyout server.key -out .server.crt
    # Nothing else is signed with it.
    rm ca.key
    chmod 644 server.key
    mv .server.crt server.crt
fi
