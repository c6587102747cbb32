# Makes the namespace, or brings it to the retention that is asked for, and registers Evenkeel's search attributes.
set -eu
tries=0
until temporal operator cluster health > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || { echo 'Temporal does not answer' >&2; exit 1; }
  sleep 1
done
if temporal operator namespace describe --namespace "$NAMESPACE" > /dev/null 2>&1; then
  temporal operator namespace update --namespace "$NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi
# A namespace is known to all parts of the server some seconds after it was made.
for name in EvenkeelStack EvenkeelHost EvenkeelOutcome EvenkeelPhase EvenkeelRelease EvenkeelPerformer; do
  tries=0
  until temporal operator search-attribute create --namespace "$NAMESPACE" --name "$name" --type Keyword; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo "the search attribute $name cannot be registered" >&2; exit 1; }
    sleep 1
  done
done
