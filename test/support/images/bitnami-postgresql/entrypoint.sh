#!/bin/sh
set -e
if [ "$1" = /opt/bitnami/scripts/postgresql/run.sh ]; then /opt/bitnami/scripts/postgresql/setup.sh; fi
exec "$@"
