#!/bin/sh
exec postgres -D /bitnami/postgresql/data -h 0.0.0.0 -k /tmp
