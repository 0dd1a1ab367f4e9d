/**
 * A PostgreSQL of the trial's own, and pgbench against it. POSIX sh, because an image of PostgreSQL need not have Python.
 *
 * PostgreSQL refuses root, so root becomes `postgres` first. It keeps the right to pass folders that only root may enter, where setpriv is
 * there to keep it: the folder under test may lie in one. Socket and logs are in memory, where they cost the mount nothing; the
 * server has a deadline and is stopped whatever happens. The transactions are counted three times: by pgbench, in its log, in the table.
 *
 * Arguments: `prepare` and the folder · or `run`, the folder, clients, scale, whole seconds, the seed. `run` prints one line of JSON.
 */
export const PGBENCH = String.raw`set -eu
step=$1 folder=$2
fail() { printf '%s\n' "$*" >&2; exit 1; }

if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || fail 'there is no user postgres here, and PostgreSQL refuses root'
  if [ "$step" = prepare ]; then
    mkdir -m 700 -- "$folder/data"
    chown postgres "$folder/data"
  fi
  keep=-all,+dac_override
  drop="setpriv --reuid=$(id -u postgres) --regid=$(id -g postgres) --clear-groups --inh-caps=$keep --ambient-caps=$keep"
  if ! why=$($drop true 2>&1); then
    drop=
    for other in gosu su-exec; do
      if command -v "$other" >/dev/null; then drop="$other postgres"; fi
    done
    [ -n "$drop" ] || fail "root cannot become postgres here: $why"
  fi
  exec $drop env -i PATH="$PATH" LC_ALL=C sh -c 'script=$1; shift; eval "$(printf %b "$script")"' mountbench "$script" "$@"
fi

cd /
bin=
for at in "$(dirname "$(command -v initdb)")" $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V); do
  missing=
  for program in initdb postgres pg_isready psql pgbench; do
    [ -x "$at/$program" ] || missing=$program
  done
  [ -n "$missing" ] || bin=$at
done
[ -n "$bin" ] || fail 'there is no folder here with initdb, postgres, psql and pgbench: the server is needed too, not only its clients'

if [ "$step" = prepare ]; then
  exec "$bin/initdb" --no-sync -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale >/dev/null
fi

clients=$3 scale=$4 seconds=$5 seed=$6
work=$(mktemp -d /dev/shm/mountbench.XXXXXX 2>/dev/null || mktemp -d /tmp/mountbench.XXXXXX)
server=
stop() {
  [ -n "$server" ] || return 0
  kill -"$1" "$server" 2>/dev/null || :
  stopping=$server server=
  wait "$stopping"
}
# Whoever interrupts a trial waits for a second only. So the folder goes first, then the server at once, without a checkpoint that nobody
# needs; then what it may have made meanwhile.
ended() {
  status=$?
  trap - EXIT
  rm -rf -- "$work" || :
  stop QUIT || :
  rm -rf -- "$work"
  exit "$status"
}
trap ended EXIT
trap 'exit 1' HUP INT TERM

why() {
  {
    grep -hE 'PANIC|FATAL' "$work/server" || :
    grep -hiE 'error|fatal' "$work/err" || :
    tail -n 1 "$work/err"
    tail -n 1 "$work/server"
  } 2>/dev/null | grep . | head -n 1
}
client() {
  program=$1
  shift
  "$bin/$program" -h "$work" -U postgres "$@" postgres 2>"$work/err" || fail "$program: $(why)"
}
ask() { client psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"; }

timeout -s INT $((seconds + 60)) "$bin/postgres" -D "$folder/data" -k "$work" -c listen_addresses= -c max_wal_size=128MB >"$work/server" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h "$work" 2>"$work/err"; do
  kill -0 "$server" 2>/dev/null || fail "the server did not start: $(why)"
  sleep 0.05
done
client pgbench -i -q -s "$scale" >/dev/null
ask CHECKPOINT
before=$(ask 'SELECT pg_current_wal_lsn()')
client pgbench -n -c "$clients" -T "$seconds" -l --log-prefix="$work/tx" --random-seed="$seed" >"$work/out"
settings=$(ask "SELECT json_build_object(
  'version', current_setting('server_version'), 'fsync', current_setting('fsync'),
  'synchronousCommit', current_setting('synchronous_commit'), 'fullPageWrites', current_setting('full_page_writes'),
  'walBytes', pg_wal_lsn_diff(pg_current_wal_lsn(), '$before'), 'rows', (SELECT count(*) FROM pgbench_history))")
stop INT || fail "the server did not stop as it should: $(why)"

# Hyndman & Fan (1996), type 7: linear between the order statistics around (n - 1) * p.
times=$(cat "$work"/tx.* | awk '$3 ~ /^[0-9]+$/ { print $3 }' | sort -n | awk '
  function quantile(p, at, below, above) {
    at = (NR - 1) * p + 1
    below = int(at)
    above = below < NR ? below + 1 : NR
    return (took[below] + (at - below) * (took[above] - took[below])) / 1000000
  }
  { took[NR] = $1; all += $1 }
  END {
    if (NR == 0) { print "{\"count\": 0}"; exit }
    printf "{\"count\": %d, \"meanSeconds\": %.9f, \"p50Seconds\": %.9f, \"p99Seconds\": %.9f}\n", NR, all / NR / 1000000, quantile(0.5), quantile(0.99)
  }')
summary=$(sed 's/[\\"]/\\&/g; s/.*/"&"/' "$work/out" | paste -s -d , -)
printf '{"server": %s, "times": %s, "summary": [%s]}\n' "$settings" "$times" "$summary"
`
