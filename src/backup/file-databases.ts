import type { SeenContainer } from './discover.js';
import { imageName } from './image-name.js';

/** A database that is copied as files. */
interface FileDatabase {
  name: string;
  /** Images by the last part of their name, whole. */
  images: string[];
  /** Where it keeps its files, and hardly anything else does. */
  folders: string[];
}

/** Databases that we cannot dump; PostgreSQL and Redis are among them where they do not run, or are to be copied as files. */
const FILE_DATABASES: FileDatabase[] = [
  { name: 'MySQL', images: ['mysql', 'mysql-server', 'percona', 'percona-server'], folders: ['/bitnami/mysql'] },
  { name: 'MariaDB', images: ['mariadb', 'mariadb-galera'], folders: ['/bitnami/mariadb'] },
  { name: 'MySQL or MariaDB', images: [], folders: ['/var/lib/mysql'] },
  {
    name: 'MongoDB',
    images: ['mongo', 'mongodb', 'mongodb-community-server', 'percona-server-mongodb'],
    folders: ['/data/db', '/data/configdb', '/bitnami/mongodb'],
  },
  {
    name: 'Elasticsearch',
    images: ['elasticsearch'],
    folders: ['/usr/share/elasticsearch/data', '/bitnami/elasticsearch'],
  },
  { name: 'OpenSearch', images: ['opensearch'], folders: ['/usr/share/opensearch/data', '/bitnami/opensearch'] },
  { name: 'Solr', images: ['solr'], folders: ['/var/solr', '/bitnami/solr'] },
  { name: 'ClickHouse', images: ['clickhouse', 'clickhouse-server'], folders: ['/var/lib/clickhouse'] },
  { name: 'Cassandra', images: ['cassandra'], folders: ['/var/lib/cassandra', '/bitnami/cassandra'] },
  { name: 'ScyllaDB', images: ['scylla'], folders: ['/var/lib/scylla'] },
  { name: 'CockroachDB', images: ['cockroach'], folders: ['/cockroach/cockroach-data'] },
  {
    name: 'InfluxDB',
    images: ['influxdb'],
    folders: ['/var/lib/influxdb', '/var/lib/influxdb2', '/var/lib/influxdb3'],
  },
  { name: 'Neo4j', images: ['neo4j'], folders: ['/bitnami/neo4j'] },
  { name: 'CouchDB', images: ['couchdb'], folders: ['/opt/couchdb/data', '/bitnami/couchdb'] },
  { name: 'ArangoDB', images: ['arangodb'], folders: ['/var/lib/arangodb3'] },
  { name: 'SQL Server', images: ['mssql-server', 'azure-sql-edge'], folders: ['/var/opt/mssql'] },
  { name: 'Oracle', images: ['oracle-free', 'oracle-xe'], folders: ['/opt/oracle/oradata'] },
  { name: 'Firebird', images: ['firebird'], folders: ['/var/lib/firebird/data', '/firebird/data'] },
  { name: 'RabbitMQ', images: ['rabbitmq'], folders: ['/var/lib/rabbitmq', '/bitnami/rabbitmq'] },
  { name: 'Kafka', images: ['kafka', 'cp-kafka'], folders: ['/var/lib/kafka', '/bitnami/kafka'] },
  { name: 'etcd', images: ['etcd'], folders: ['/bitnami/etcd'] },
  { name: 'Prometheus', images: ['prometheus'], folders: ['/prometheus'] },
  { name: 'VictoriaMetrics', images: ['victoria-metrics'], folders: ['/victoria-metrics-data'] },
  { name: 'Meilisearch', images: ['meilisearch'], folders: ['/meili_data'] },
  { name: 'Qdrant', images: ['qdrant'], folders: ['/qdrant/storage'] },
  { name: 'Weaviate', images: ['weaviate'], folders: ['/var/lib/weaviate'] },
  {
    name: 'PostgreSQL',
    images: ['postgres', 'postgresql', 'postgis', 'pgvector', 'timescaledb', 'timescaledb-ha'],
    folders: ['/var/lib/postgresql', '/bitnami/postgresql'],
  },
  {
    name: 'Redis',
    images: ['redis', 'valkey', 'keydb', 'redis-stack', 'redis-stack-server'],
    folders: ['/bitnami/redis', '/bitnami/valkey'],
  },
];

/** Where such images keep what is no database: settings, scripts, logs. */
const NO_DATA =
  /^\/(?:etc|docker-entrypoint-initdb\.d|var\/log|tmp|run|var\/run|usr\/share\/\w+\/(?:config|logs|plugins))(?:\/|$)/;

/**
 * The database whose files a container keeps in a mount, where it is one that is copied as files. `by` is what tells: its
 * own image, or no more than the place, which a container that only looks after the files has as well.
 */
export function filesOf(
  { image }: Pick<SeenContainer, 'image'>,
  { target }: { target: string },
): { name: string; by: 'image' | 'place' } | undefined {
  const own = FILE_DATABASES.find(({ images }) => images.includes(imageName(image)));
  if (own) return NO_DATA.test(target) ? undefined : { name: own.name, by: 'image' };
  const there = FILE_DATABASES.find(({ folders }) => folders.some((folder) => isWithin(target, folder)));
  return there && { name: there.name, by: 'place' };
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}
