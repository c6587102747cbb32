#!/bin/sh
# Serves /version (the text of $VERSION) and /health on $PORT. Set by environment:
#   START_DELAY  seconds before it listens
#   UNHEALTHY    1: /health is missing (404)
#   EXIT_CODE    ends with this code …
#   EXIT_AFTER   … that many seconds after its start (default 0: at once, without listening)
# Ends with 0 at once on SIGTERM or SIGINT.

# The shell stays process 1, because the kernel ignores TERM for a process 1 without a handler, and httpd has none.
server=''
pause=''
end() {
  # shellcheck disable=SC2086 -- an empty one is no argument
  kill $server $pause 2>/dev/null
  exit "$1"
}
trap 'echo "web: stopping"; end 0' TERM INT

# A shell runs its traps only between commands: it waits for a sleep in the background instead of sleeping itself.
pause_for() {
  sleep "$1" &
  pause=$!
  wait "$pause"
  pause=''
}

if [ -n "${EXIT_CODE:-}" ] && [ "${EXIT_AFTER:-0}" = 0 ]; then
  echo "web: version $VERSION exits with $EXIT_CODE" >&2
  exit "$EXIT_CODE"
fi
if [ -n "${START_DELAY:-}" ]; then pause_for "$START_DELAY"; fi

mkdir -p /srv/web
printf '%s\n' "$VERSION" >/srv/web/version
if [ "${UNHEALTHY:-0}" = 1 ]; then rm -f /srv/web/health; else echo ok >/srv/web/health; fi
busybox httpd -f -p "$PORT" -h /srv/web &
server=$!
echo "web: version $VERSION listens on $PORT"

if [ -n "${EXIT_CODE:-}" ]; then
  pause_for "$EXIT_AFTER"
  echo "web: version $VERSION exits with $EXIT_CODE" >&2
  end "$EXIT_CODE"
fi
wait "$server"
