#!/bin/sh
# Make the roles and the database by the SQL of docs/postgres.md, and give each role its password.
#
# The image of PostgreSQL runs it once, when it has made its cluster.
set -eu
sed -n '/^```sql$/,/^```$/{/^```/d;p}' "${IBID_GUIDE:-/docs/postgres.md}" |
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'EOF'
\getenv owner IBID_OWNER_PASSWORD
\getenv writer IBID_WRITER_PASSWORD
\getenv reader IBID_READER_PASSWORD
ALTER ROLE ibid_owner PASSWORD :'owner';
ALTER ROLE ibid_writer PASSWORD :'writer';
ALTER ROLE ibid_reader PASSWORD :'reader';
EOF
