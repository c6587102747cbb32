#!/bin/sh
# Writes into its database at its start, and is healthy from then on, whether it could or not.
: "${API_TOKEN:?has to be set}"
psql -q -v ON_ERROR_STOP=1 -c "insert into starts values ('$VERSION')"
if [ -n "$EXIT_CODE" ]; then
  echo "api: version $VERSION exits with $EXIT_CODE" >&2
  exit "$EXIT_CODE"
fi
touch /tmp/up
# Process 1 gets no TERM without a trap, and a shell runs its traps between commands only.
trap 'kill $!; exit 0' TERM
sleep infinity &
wait
