import { describe, expect, it } from '@jest/globals';
import { whatItChanges } from '../../../src/gates/probe-safety.js';

const shell = (script: string): string[] => ['/bin/sh', '-c', script];

describe('a healthcheck that we may run more often than Docker', () => {
  it.each([
    'curl -f http://localhost:8080/health || exit 1',
    'curl -f http://localhost/rm?mv=1 || exit 1',
    "curl -fs 'http://localhost/a>b' >/dev/null",
    'curl -fsS http://localhost/health > /dev/null 2>&1',
    'wget -qO- http://localhost/health 2>&1 | grep -q ok',
    'wget -q --spider http://localhost &>/dev/null',
    'pg_isready -U "$POSTGRES_USER" -d ${POSTGRES_DB:-app}',
    'redis-cli -a "$(cat /run/secrets/rm)" ping | grep PONG',
    'test $(find /tmp/alive -mmin -1 | wc -l) -gt 0',
    '[ "$(stat -c %Y /beat)" -ge 5 ] # rm -f /beat',
    "echo 'rm -f /beat; mv a b > c'",
    'echo "a > b"',
    'echo ruok | nc localhost 2181 >&2',
    'kill -0 1',
    'exec 3<>/dev/tcp/localhost/80',
    'echo > /dev/tcp/127.0.0.1/5432',
    'sed -n 1p /etc/hostname < /etc/passwd',
    'if [ -f /ready ]; then exit 0; else exit 1; fi',
    'test $((1 > 2)) = 0',
    'grep rm /proc/1/cmdline',
    'tee /dev/null',
    '(curl -f http://localhost) && (exit 0)',
    'test "$( (echo a; echo b) | wc -l)" = 2',
    'test $((2 * (1 + 2) - 3)) = 3',
    'diff <(echo a) <(echo a)',
  ])('%s', (script) => {
    expect(whatItChanges(shell(script))).toBeUndefined();
  });

  it.each([
    [['node', '-e', "fetch('http://localhost').then(r => process.exit(r.status >= 400 ? 1 : 0))"]],
    [['python3', '-c', 'import urllib.request as u; u.urlopen("http://localhost/>rm")']],
    [['wget', '-q', '-O', '/dev/null', 'http://localhost/rm']],
    [['CMD-like', '>', '/file']],
    [['/usr/local/bin/healthcheck.sh']],
    [['mysqladmin', 'ping', '-h', 'localhost']],
  ])('%j has no shell to redirect or run anything', (command) => {
    expect(whatItChanges(command)).toBeUndefined();
  });
});

describe('a healthcheck that is left to Docker', () => {
  it.each([
    'rm -f /tmp/heartbeat',
    'test -f /beat && rm /beat',
    '[ -f /beat ] && /bin/mv /beat /beat.old',
    'cat /proc/1/status > /tmp/status',
    'date >> /var/log/health.log',
    'curl -s http://localhost 2>/tmp/errors',
    'curl -s http://localhost &> /tmp/all',
    'curl -s http://localhost >| /tmp/all',
    'curl -s http://localhost >& /tmp/all',
    'curl -s http://localhost>/tmp/all',
    'curl http://localhost | tee /tmp/last',
    'touch /tmp/probed; exit 0',
    'truncate -s 0 /tmp/log',
    "sed -i 's/a/b/' /etc/app.conf",
    'kill -HUP 1',
    'pkill app',
    'test -z "$(rm -v /beat)"',
    'test -z `rm -v /beat`',
    '(sleep 1; rm /beat) &',
    'test "$( (true); rm /tmp/a )"',
    'test "$(echo a; (echo b; (echo c)); rm /tmp/a)"',
    'date | tee >(cat) /tmp/a',
    'cat <(rm /tmp/a)',
    'if [ -f /beat ]; then rm /beat; fi',
    'for f in a b; do rm $f; done',
    'find /tmp -name beat -delete',
    'find /tmp -name beat -exec rm {} +',
    'ls /tmp | xargs rm',
    'timeout 5 rm /beat',
    'X=1 rm /beat',
    'busybox rm /beat',
    'sh -c "rm /beat"',
    'bash -ec \'echo "$(rm /beat)"\'',
    'eval "rm /beat"',
    'dd if=/dev/zero of=/tmp/x count=1',
    'test -f /beat\nrm /beat',
  ])('%s', (script) => {
    expect(whatItChanges(shell(script))).toBeDefined();
  });

  it.each([
    [['rm', '/beat']],
    [['env', 'A=1', 'rm', '/beat']],
    [['bash', '-c', 'rm /beat']],
    [['node', '-e', "require('fs').unlinkSync('/beat')"]],
    [['python', '-c', "import os; os.remove('/beat')"]],
    [['python', '-c', "open('/tmp/x', 'w').write('1')"]],
  ])('%j', (command) => {
    expect(whatItChanges(command)).toBeDefined();
  });

  it.each([
    "echo 'open",
    'cat <<EOF\nrm\nEOF',
    '[ "$(case x in x) rm /tmp/a;; esac)" ]',
    'test "$(if case x in x) true;; esac; then rm /tmp/a; fi)"',
    'test "$((true); rm /tmp/a; (true))"',
    'test $(( $(rm /tmp/a) + 1 )) = 1',
    'echo "`echo \\`rm /tmp/a\\``"',
    "echo $'\\''; rm /tmp/a; echo $'\\''",
  ])('%j, since it cannot be read with certainty', (script) => {
    expect(whatItChanges(shell(script))).toBe('cannot be read with certainty');
  });
});
