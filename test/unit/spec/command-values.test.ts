import { describe, expect, it } from '@jest/globals';
import { namedValues } from '../../../src/spec/named-values.js';
import { redactor, secretValuesOf } from '../../../src/spec/redact.js';

const SECRET = 'sentinel77';

/** What is taken for a secret in a service with this command, entrypoint or healthcheck. */
function secretsOf(service: object): string[] {
  return secretValuesOf(namedValues({ services: { db: service } }));
}

describe('a secret that stands in a command only', () => {
  it.each([
    `redis-cli -a ${SECRET} ping | grep PONG`,
    `/usr/local/bin/valkey-cli -h db -a '${SECRET}' ping`,
    `redis-server --requirepass ${SECRET}`,
    `PGPASSWORD=${SECRET} psql -c "select 1"`,
    `export PGPASSWORD=${SECRET}; psql`,
    `psql "host=db password=${SECRET} user=x" -c 'select 1'`,
    `psql postgres://shop:${SECRET}@db/shop -c 'select 1'`,
    `mysqladmin -uroot -p${SECRET} ping`,
    `mariadb -p"${SECRET}" -e 'select 1'`,
    `mongosh -u root -p ${SECRET} --eval 1`,
    `/opt/mssql-tools/bin/sqlcmd -S localhost -U sa -P "${SECRET}" -Q "select 1"`,
    `mosquitto_sub -u me -P ${SECRET} -t x -C 1`,
    `ldapsearch -D cn=x -w ${SECRET}`,
    `curl -u elastic:${SECRET} http://localhost:9200`,
    `curl -fsSu elastic:${SECRET} http://localhost:9200 || exit 1`,
    `curl --user elastic:${SECRET} http://localhost:9200`,
    `curl -H 'Authorization: Bearer ${SECRET}' http://localhost`,
    `wget --header="X-Api-Key: ${SECRET}" -O- http://localhost`,
    `wget -O- http://me:${SECRET}@localhost/health`,
    `etcdctl --user=root:${SECRET} endpoint health`,
    `sh -c 'redis-cli -a ${SECRET} ping'`,
    `if ! (mysqladmin -p${SECRET} ping); then exit 1; fi`,
    `printf 'AUTH ${SECRET}\\r\\nPING\\r\\n' | nc -w1 localhost 6379 | grep PONG`,
    `(echo AUTH default ${SECRET}; echo PING) | nc localhost 6379`,
    `rabbitmqadmin -u shop -p ${SECRET} list queues`,
    `http -a shop:${SECRET} :8080/health`,
    `http --auth=shop:${SECRET} :8080/health`,
    `java -Djavax.net.ssl.keyStorePassword=${SECRET} -jar app.jar`,
    `server --api-key ${SECRET} --port 80`,
    `server --auth-token=${SECRET}`,
    `server --db.passwd ${SECRET}`,
    `minio --secretKey ${SECRET}`,
  ])('is known: %s', (line) => {
    for (const service of [
      { healthcheck: { test: ['CMD-SHELL', line] } },
      { healthcheck: { test: line } },
      { command: ['sh', '-c', line] },
      { entrypoint: line },
    ]) {
      expect(secretsOf(service)).toContain(SECRET);
    }
  });

  it('is known as an argument of its own, blanks and all', () => {
    const password = 'correct horse; battery';
    expect(secretsOf({ command: ['redis-server', '--requirepass', password] })).toContain(password);
    expect(secretsOf({ healthcheck: { test: ['CMD', 'redis-cli', '-a', password, 'ping'] } })).toContain(password);
    expect(secretsOf({ healthcheck: { test: ['CMD', 'curl', '-u', `me:${password}`, 'x'] } })).toContain(password);
  });

  it('is as Compose hands it on, where the file doubles its $', () => {
    expect(secretsOf({ command: ['redis-cli', '-a', 'pa$$word'] })).toEqual(['pa$word']);
  });

  it('is not seen in what only looks like one, and ordinary words stay', () => {
    for (const line of [
      'mysqld --port 3306 -P 3306 --character-set-server=utf8mb4',
      'mysql -p -P 3306',
      'nc -p 5432 -u db',
      'curl -fsS -XPUT -o /dev/null http://auth:8080/health',
      'wget -qO- http://localhost:8080/health',
      'node server.js --workers 4',
      'redis-cli ping; cp -a /from /to',
      'redis-cli ping && cp -a /from /to',
      'apiserver --authorization-mode worker',
      'cqlsh --keyspace postgres',
      'proxy --auth-service=gateway --token-type bearer --bypass health',
      'server --certificate-mode gateway --cookie-domain example --private-network front',
    ]) {
      expect({ line, secrets: secretsOf({ command: ['sh', '-c', line] }) }).toEqual({ line, secrets: [] });
    }
  });

  it('is left in texts where it is the name of a service, since it stands in every message', () => {
    const command = 'redis-cli -a gateway ping';
    const services = { gateway: {}, db: { command: ['sh', '-c', command] } };
    expect(secretValuesOf(namedValues({ services }))).toEqual([]);
    expect(secretsOf({ command: ['sh', '-c', command] })).toEqual(['gateway']);
  });

  it('is left in texts where it is shorter than four characters, since ordinary words would go with it', () => {
    const redact = redactor(secretsOf({ command: 'redis-cli -a api ping' }));
    expect(redact('api is well')).toBe('api is well');
  });
});
