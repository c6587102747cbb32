#!/bin/sh
# Arguments that start with a dash, or name a .conf file, are arguments of redis-server. As root it becomes the user redis.
set -eu

case "${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis:redis {} +
    exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
  fi
  umask 0077
  # Containers of one network talk to it without a password, unless the arguments or a configuration file say otherwise.
  case " $* " in
    *' --protected-mode '* | *.conf*) ;;
    *) set -- "$@" --protected-mode no ;;
  esac
fi
exec "$@"
