# Becomes the server. The password goes by the environment of this process alone, into the configuration that it renders.
set -eu
POSTGRES_PASSWORD=$(cat /run/secrets/password)
# Where the parts of the server find each other: this container.
BROADCAST_ADDRESS=$(hostname -i | cut -d ' ' -f 1)
export POSTGRES_PASSWORD BROADCAST_ADDRESS
exec temporal-server --root /etc --config evenkeel --env production --allow-no-auth start
