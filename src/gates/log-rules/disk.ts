import { rulesOf } from './rule.js';

/** Files, permissions and space. */
export const DISK_RULES = rulesOf('disk', [
  {
    id: 'disk/file-watchers',
    pattern:
      /System limit for number of file watchers reached|inotify watch limit reached|inotify_add_watch.{0,80}No space left/,
    severity: 'error',
    cause: 'the host allows no more watched files',
    remedy: 'raise fs.inotify.max_user_watches on the host, or do not watch files in a container',
    examples: [
      "Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
      'inotify watch limit reached',
      'inotify_add_watch("/app") failed: No space left on device',
    ],
    counterExamples: ['watching /app for changes'],
  },
  {
    id: 'disk/full',
    pattern:
      /No space left on device|no space left on device|ENOSPC|Disk quota exceeded|EDQUOT|database or disk is full|There is not enough space on the disk/,
    severity: 'error',
    cause: 'the disk, or a quota or tmpfs, is full',
    remedy: 'make room: docker system df shows what takes it',
    examples: [
      'OSError: [Errno 28] No space left on device',
      'write /data/x: no space left on device',
      "Error: ENOSPC, write '/data/x'",
      'OSError: [Errno 122] Disk quota exceeded',
      'Error: EDQUOT: write',
      'sqlite3.OperationalError: database or disk is full',
      'There is not enough space on the disk',
    ],
    counterExamples: ['disk usage 40%'],
  },
  {
    id: 'disk/read-only',
    pattern: /Read-only file system(?!\?)|read-only file system(?!\?)|EROFS|attempt to write a readonly database/,
    severity: 'error',
    cause: 'the program writes where it may only read',
    remedy: 'give it a volume or tmpfs there, or take :ro or read_only away',
    examples: [
      "OSError: [Errno 30] Read-only file system: '/app/cache'",
      'open /app/x: read-only file system',
      "Error: EROFS: mkdir '/app/cache'",
      'sqlite3.OperationalError: attempt to write a readonly database',
    ],
    counterExamples: [
      '10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only?)',
    ],
  },
  {
    id: 'disk/permission-denied',
    pattern:
      /EACCES: permission denied|PermissionError: |: [Pp]ermission denied$|[Pp]ermission denied, (?:open|mkdir|unlink|scandir) |\(13: Permission denied\)/,
    severity: 'error',
    cause: 'the user of the container may not read or write a file',
    remedy: 'give the file or volume to that user, or run as the user that owns it',
    examples: [
      "Error: EACCES: permission denied, open '/data/x'",
      "PermissionError: [Errno 13] Permission denied: '/data/x'",
      '/docker-entrypoint.sh: line 3: /app/run.sh: Permission denied',
      'open /data/x: permission denied',
      "permission denied, mkdir '/data'",
      '[emerg] 1#1: open() "/var/log/nginx/error.log" failed (13: Permission denied)',
    ],
    counterExamples: ['permissions of /data checked'],
  },
  {
    id: 'disk/too-many-open-files',
    pattern: /Too many open files|too many open files|EMFILE|ENFILE/,
    severity: 'error',
    cause: 'the process has more files and connections open than it may',
    remedy: 'find the leak, or raise ulimits.nofile of the service',
    examples: [
      'OSError: [Errno 24] Too many open files',
      'accept: too many open files',
      'Error: EMFILE, open',
      'Error: ENFILE, open',
    ],
    counterExamples: [
      '1:M 05 Jan 2026 10:11:12.131 * Increased maximum number of open files to 10032 (it was originally set to 1024).',
    ],
  },
  {
    id: 'disk/storage-failing',
    pattern:
      /MISCONF Redis is configured to save RDB|Input\/output error|input\/output error|EIO: i\/o error|Bad file format reading the append only file|Short read or OOM loading DB|structure needs cleaning/i,
    severity: 'error',
    cause: 'the storage does not take, or give back, what was written',
    remedy: 'look at the host: dmesg, the state of the disk, and space on it',
    examples: [
      'ReplyError: MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk',
      'OSError: [Errno 5] Input/output error',
      'read /data/x: input/output error',
      'Error: EIO: i/o error, read',
      '# Bad file format reading the append only file',
      '# Short read or OOM loading DB. Unrecoverable error, aborting now.',
      'open /data/x: Structure needs cleaning',
    ],
    counterExamples: ['DB saved on disk', 'RDB: 0 MB of memory used by copy-on-write'],
  },
]);
