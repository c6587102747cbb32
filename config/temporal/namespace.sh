# Makes the namespace of runs and that of scheduled looks, or brings each to the retention that is asked for, and registers Evenkeel's
# search attributes.
set -eu
tries=0
until temporal operator cluster health > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || { echo 'Temporal does not answer' >&2; exit 1; }
  sleep 1
done
# In Evenkeel's src/names.ts it is named by the same rule.
case $NAMESPACE in
  *.*) checks="${NAMESPACE%%.*}-checks.${NAMESPACE#*.}" ;;
  *) checks="$NAMESPACE-checks" ;;
esac
keep() {
  if temporal operator namespace describe --namespace "$1" > /dev/null 2>&1; then
    temporal operator namespace update --namespace "$1" --retention "$2"
  else
    temporal operator namespace create --namespace "$1" --retention "$2"
  fi
}
keep "$NAMESPACE" "$RETENTION"
keep "$checks" "$CHECKS_RETENTION"
# A namespace is known to all parts of the server some seconds after it was made.
for namespace in "$NAMESPACE" "$checks"; do
  for name in EvenkeelStack EvenkeelHost EvenkeelOutcome EvenkeelPhase EvenkeelRelease EvenkeelPerformer; do
    tries=0
    until temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword; do
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] || { echo "the search attribute $name cannot be registered in $namespace" >&2; exit 1; }
      sleep 1
    done
  done
done
