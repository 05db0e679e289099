# What every Job script begins with (docs/design/job-scripts.md): one way to fail, to walk down the volume, to reach the server and to read an archive.
# shellcheck shell=bash
set -euo pipefail
umask 077
export LC_ALL=C
WORK=$(cd -- "$WORK" && pwd -P)

# A tenant may set these on its own login. Each would change what the tools write, or end a session at the first error of the second pass.
export PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning -c quote_all_identifiers=off -c exit_on_error=off"

PART=
REPORTED=

reason_of() {
  case $1 in
    10) echo InstanceUnreachable ;;
    11) echo AuthenticationFailed ;;
    12) echo DatabaseMissing ;;
    13) echo ClientVersionMismatch ;;
    14) echo ToolMissing ;;
    15) echo ConnectionLimit ;;
    20) echo StorageNotWritable ;;
    21) echo InsufficientSpace ;;
    22) echo StorageFull ;;
    23) echo CommitFailed ;;
    30) echo DumpFailed ;;
    31) echo LockTimeout ;;
    32) echo InsufficientPrivilege ;;
    33) echo RowSecurityBlocks ;;
    40) echo ArchiveUnreadable ;;
    41) echo ChecksumMismatch ;;
    42) echo VerificationFailed ;;
    50) echo RestoreFailed ;;
    51) echo ExtensionUnavailable ;;
    143) echo JobLost ;;
    *) echo InternalError ;;
  esac
}

# The log of the pod. Names in it are the tenant's: no control character gets through.
say() {
  printf '%s\n' "${1//[[:cntrl:]]/?}"
}

# A JSON string of at most 1,000 bytes of text.
json_text() {
  local text=${1//[[:cntrl:]]/?}
  text=${text:0:1000}
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# The termination message; the volume has the truth should it be lost.
report() {
  REPORTED=yes
  printf '%s\n' "$1" > "$RESULT_FILE" || say "cannot write the result"
}

# fail <exit code> <one sentence; the last one is the fix>
fail() {
  say "$2"
  report "{\"result\":\"Failed\",\"reason\":\"$(reason_of "$1")\",\"message\":$(json_text "$2")}"
  exit "$1"
}

# Children first: a pg_dump that still writes would fill the directory that is being removed.
leave() {
  local code=$? children
  trap - EXIT
  trap '' TERM INT
  children=$(jobs -p)
  if [ -n "$children" ]; then
    # shellcheck disable=SC2086 # one word for each process
    kill -TERM $children 2> /dev/null || true
    wait || true
  fi
  # Only what this run made, under a name that no finished backup has.
  [ -z "$PART" ] || rm -rf -- "$PART" || true
  [ "$code" = 0 ] || [ -n "$REPORTED" ] || report "{\"result\":\"Failed\",\"reason\":\"$(reason_of 1)\",\"message\":\"the script failed where nothing should; the log of its pod says where.\"}"
  exit "$code"
}
trap leave EXIT
trap 'fail 143 "the Job was ended before it was done."' TERM INT

# In the background, because bash answers no signal while it waits for a foreground process. Gives the exit code of the program itself.
run() {
  local code=0
  "$@" &
  wait "$!" || code=$?
  return "$code"
}

require_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" > /dev/null || fail 14 "the image has no $tool. Set images.postgres to one that has the tools of PostgreSQL and of GNU."
  done
}

# ---- the volume: what lies on it may have been planted, so nothing that is a link is followed

# Enters the directory of the database, where the backups are side by side; DIR is this one's name, relative to it.
# enter <make|keep>: whether missing directories are made. Returns 1 where one is missing.
enter() {
  local project database
  [[ $BACKUP_UID =~ ^[A-Za-z0-9-]+$ ]] || fail 1 "BACKUP_UID is no UID."
  [[ $BACKUP_PATH =~ ^([a-z0-9][a-z0-9.-]*)/([a-z0-9][a-z0-9.-]*)/([0-9]{8}T[0-9]{6}Z-[0-9a-f]{8})$ ]] || fail 1 "BACKUP_PATH is no path of a backup."
  project=${BASH_REMATCH[1]} database=${BASH_REMATCH[2]} DIR=${BASH_REMATCH[3]}
  cd -P -- "$DATABASE_BACKUP_DIR" 2> /dev/null || fail 20 "cannot enter the backup volume. Give its root to uid or gid 999, mode 0770."
  descend "$1" "$project" || return 1
  descend "$1" "$database" || return 1
}

descend() {
  local parent
  parent=$(pwd -P)
  if [ "$1" = make ] && mkdir -- "$2" 2> /dev/null; then
    sync . || fail 23 "cannot write the directory \"$2\" to the backup volume's disk. See the volume."
  fi
  [ -e "$2" ] || [ -L "$2" ] || {
    [ "$1" = keep ] || storage_failed "cannot make the directory \"$2\""
    return 1
  }
  { [ -d "$2" ] && [ ! -L "$2" ]; } || fail 20 "\"$2\" on the backup volume is a link or no directory. Remove it."
  cd -- "$2" 2> /dev/null || fail 20 "cannot enter \"$2\" on the backup volume. Give it to uid or gid 999, mode 0770."
  # Swapped for a link in this moment.
  [ "$(pwd -P)" = "${parent%/}/$2" ] || fail 20 "\"$2\" on the backup volume is a link or no directory. Remove it."
}

free_bytes() {
  df -B1 --output=avail . | tail -n 1 | tr -d ' '
}

# storage_failed <what did not work>: full or forbidden. Less than a block of every size in use counts as full.
storage_failed() {
  local free
  free=$(free_bytes) || free=0
  [ "$free" -ge 1048576 ] || fail 22 "$1: the backup volume is full, $free bytes are free. Enlarge it or delete backups."
  fail 20 "$1: the backup volume is not writable. Give its root to uid or gid 999, mode 0770."
}

# is_plain <file>: the file itself, no link, pipe or device.
is_plain() {
  [ -f "$1" ] && [ ! -L "$1" ]
}

# Enters DIR; returns 1 where it is missing.
enter_backup() {
  descend keep "$DIR"
}

# In a backup: leaves the hash of data.dump in SHA256. Compared as text: a list that leaves a file out, or names others, is not the one that we wrote.
check_sums() {
  local file sums
  for file in data.dump toc.txt manifest.json SHA256SUMS; do
    is_plain "$file" || fail 40 "\"$file\" of the backup is missing or no plain file. Use another backup."
  done
  run sha256sum -- data.dump toc.txt manifest.json > "$WORK/sums" 2> "$WORK/error" || fail 40 "cannot read the backup: $(last_line "$WORK/error"). Use another backup."
  sums=$(cat "$WORK/sums")
  SHA256=${sums%% *}
  [ "$(head -c 1000 -- SHA256SUMS | tr -d '\0')" = "$sums" ] || fail 41 "the backup's files are not as they were written. Use another backup."
}

# The same, against what is known of the backup; an import knows nothing but the manifest.
prove_sums() {
  check_sums
  [ -z "$EXPECTED_SHA256" ] || [ "$SHA256" = "$EXPECTED_SHA256" ] || fail 41 "data.dump is not the file that was backed up. Use another backup."
  grep -aqxF "\"sha256\": \"$SHA256\"," manifest.json || fail 41 "the manifest belongs to another data.dump. Use another backup."
}

# The manifest without its lists, but with as many extensions as fit into a termination message.
manifest_result() {
  awk '
    function add(text) { line = line "," text }
    NR == 1 { if ($0 != "{") exit 1; next }
    $0 == "}" { done = 1; next }
    done { exit 1 }
    list != "" && /^\],?$/ { list = ""; next }
    list != "" { count[list]++; if (list == "extensions") { sub(/,$/, ""); extension[count[list]] = $0 }; next }
    /^"[a-zA-Z]+": \[$/ { list = $0; sub(/^"/, "", list); sub(/".*/, "", list); next }
    /^"[a-zA-Z0-9]+": ./ { sub(/,$/, ""); add($0); next }
    { exit 1 }
    END {
      if (!done || list != "") exit 1
      line = "{\"result\":\"Succeeded\"" line sprintf(",\"tables\":%d,\"uncounted\":%d", count["tables"], count["uncounted"])
      left = 3900 - length(line)
      for (i = 1; i <= count["extensions"]; i++) {
        left -= length(extension[i]) + 1
        if (left < 0) break
        list = list (i > 1 ? "," : "") extension[i]
      }
      print line ",\"extensions\":[" list "],\"extensionsLeftOff\":" count["extensions"] - i + 1 "}"
    }' manifest.json
}

# In a backup whose sums are right: reports it as the dump did.
report_backup() {
  local line
  { line=$(manifest_result) && [ "${#line}" -le 4096 ]; } || fail 40 "manifest.json of the backup cannot be read. Use another backup."
  report "$line"
}

# ---- the server

# The last error of a tool, else its last line, without its name; "no message" if there is none.
last_line() {
  local line
  line=$({ grep -a 'error: ' "$1" || grep -av '^ *$' "$1"; } | tail -n 1 | head -c 600) || line=
  line=${line#*: error: }
  printf '%s' "${line:-no message}"
}

# Servers may speak another language, so only what cannot be told otherwise is read from their words.
fail_connection() {
  local text
  text=$(head -c 4000 "$1" | tr -d '\0')
  case $text in
    *'remaining connection slots'* | *'too many clients'* | *'too many connections'*)
      fail 15 "the server has no free connection for this login. End sessions of the application or raise the limits." ;;
    *'database "'*'" does not exist'*)
      fail 12 "database \"$PGDATABASE\" does not exist. Restore it first." ;;
    *'permission denied for database'*)
      fail 32 "login \"$PGUSER\" may not connect to \"$PGDATABASE\". Grant it CONNECT." ;;
    *'authentication failed'* | *'no pg_hba.conf entry'* | *'role "'*'" does not exist'* | *'not permitted to log in'*)
      fail 11 "the server refuses the login \"$PGUSER\". Wait for its repair." ;;
    *)
      fail 10 "cannot connect to $PGHOST:$PGPORT: $(last_line "$1"). Check that the server runs and can be reached." ;;
  esac
}

# An array and no function: run in the background it is psql itself that a signal reaches.
PSQL=(env PGCLIENTENCODING=UTF8 psql -XqAt --no-password -v ON_ERROR_STOP=1 -v VERBOSITY=verbose)

# In the database's encoding names are bytes, and no UTF-8, where it is SQL_ASCII. For \gexec.
# shellcheck disable=SC2034 # the scripts that follow use it
NAMES_AS_THEY_ARE="SELECT CASE pg_catalog.current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SET client_encoding TO SQL_ASCII' ELSE 'SET client_encoding TO UTF8' END"

# Sets SERVER_VERSION (server_version_num) and CLIENT_MAJOR. <tool>: the one that must have the server's major.
reach_server() {
  local version
  version=$("$1" --version 2> /dev/null) || fail 14 "$1 cannot be run. Set images.postgres to an image of the server's major version."
  run pg_isready -q -t 5 || fail 10 "no answer from $PGHOST:$PGPORT. Check that the server runs and can be reached."
  run "${PSQL[@]}" -c "SELECT pg_catalog.current_setting('server_version_num')" > "$WORK/version" 2> "$WORK/error" || fail_connection "$WORK/error"
  SERVER_VERSION=$(cat "$WORK/version")
  [[ $version =~ \(PostgreSQL\)\ ([0-9]+) ]] || fail 13 "$1 does not tell its version. Set images.postgres to an image of the server's major version."
  CLIENT_MAJOR=${BASH_REMATCH[1]}
  [ "$CLIENT_MAJOR" = "$((SERVER_VERSION / 10000))" ] ||
    fail 13 "$1 is of version $CLIENT_MAJOR, the server of $((SERVER_VERSION / 10000)). Set images.postgres.$((SERVER_VERSION / 10000)) to an image of that version."
}

# lost_connection <file with a tool's errors>: these words are libpq's own, not the server's.
lost_connection() {
  grep -aqE 'server closed the connection|no connection to the server|could not receive data from server|could not send data to server|SSL connection has been closed|connection to server .* failed' "$1"
}

# fail_tool <exit code> <file with a tool's errors> <what failed>: finds what has a code of its own.
fail_tool() {
  local line
  if lost_connection "$2"; then
    if grep -aqE 'remaining connection slots|too many clients|too many connections' "$2"; then
      fail_connection "$2"
    fi
    fail 10 "the connection to $PGHOST:$PGPORT was lost. Check that the server runs and can be reached."
  fi
  line=$(last_line "$2")
  fail "$1" "$3: $line"
}

# ---- the archive

# What a tenant may not make, or what is made before a restore (pg_restore -l: "<id>; <catalog> <oid> <kind> <schema> <name> <owner>").
# "PUBLICATION " matches its tables too.
LEFT_OUT='EXTENSION|EVENT TRIGGER|PUBLICATION|SUBSCRIPTION|SERVER|USER MAPPING|FOREIGN DATA WRAPPER|FOREIGN TABLE|COMMENT .* FOREIGN TABLE'
LEFT_OUT="$LEFT_OUT|COMMENT - (EXTENSION|SCHEMA public|EVENT TRIGGER|PUBLICATION|SUBSCRIPTION|SERVER|FOREIGN DATA WRAPPER)"
# What names roles, and so may fail where one is gone: for the second pass.
LATE='ACL|DEFAULT ACL|POLICY|COMMENT .* POLICY'
ENTRY='^[0-9]+; [0-9]+ [0-9]+'

# sort_entries <table of contents>: $WORK/data.list, $WORK/late.list and, as JSON, $WORK/left-out {kind: count}.
# $WORK/extension-data: texts of entries that belong to an extension, one a line.
sort_entries() {
  awk '!t { x[$0]; next } /^;/ { next } { k = $0; sub(/^[0-9]+; [0-9]+ [0-9]+ /, "", k) } !(k in x)' "$WORK/extension-data" t=1 "$1" > "$WORK/toc"
  grep -avE "$ENTRY ($LEFT_OUT|$LATE) " "$WORK/toc" > "$WORK/data.list" || true
  grep -aE "$ENTRY ($LATE) " "$WORK/toc" > "$WORK/late.list" || true
  {
    awk '!t { x[$0]; next } { sub(/^[0-9]+; [0-9]+ [0-9]+ /, "") } $0 in x' "$WORK/extension-data" t=1 "$1"
    grep -aE "$ENTRY ($LEFT_OUT) " "$WORK/toc" | sed -E 's/^[0-9]+; [0-9]+ [0-9]+ //' || true
  } | awk '
    match($0, /^(TABLE DATA|SEQUENCE SET|COMMENT|EXTENSION|EVENT TRIGGER|PUBLICATION|SUBSCRIPTION|SERVER|USER MAPPING|FOREIGN DATA WRAPPER|FOREIGN TABLE) /) { count[substr($0, 1, RLENGTH - 1)]++ }
    END { for (kind in count) { text = text comma "\"" kind "\": " count[kind]; comma = ", " } print "{" text "}" }' > "$WORK/left-out"
}

# count_archive <archive>: decodes every data block. To $WORK/archive-rows, tab-separated: rows, the text up to the table's name;
# last the number of large objects. A header spans lines where a name does; a row never is just "\.".
count_archive() {
  local code=0 reader
  rm -f -- "$WORK/blocks"
  mkfifo -- "$WORK/blocks"
  awk '
    in_block { if ($0 == "\\.") { if (match(header, name)) printf "%.0f\t%s\n", n, substr(header, 1, RLENGTH); in_block = 0; header = "" } else n++; next }
    header == "" && !/^COPY / { if (/^SELECT pg_catalog\.lo_open\(/) objects++; next }
    { header = header == "" ? $0 : header "\n" $0 }
    / FROM stdin;$/ { in_block = 1; n = 0 }
    END { if (in_block) exit 1; printf "%.0f\tlarge objects\n", objects }
  ' name='^COPY ("([^"]|"")*"|[^". ]+)[.]("([^"]|"")*"|[^". ]+) ' "$WORK/blocks" > "$WORK/archive-rows" &
  reader=$!
  # No pipe: the exit code is pg_restore's own.
  run pg_restore --section=data -f - "$1" > "$WORK/blocks" 2> "$WORK/error" || code=$?
  wait "$reader" || [ "$code" -ne 0 ] || code=1
  [ "$code" = 0 ] || fail 40 "the archive cannot be decoded: $(last_line "$WORK/error"). Use another backup."
}

# compare_rows <found> <where>: each line of $WORK/rows (rows, JSON, texts that its blocks begin with) against found (rows, text); 42 names the first table that differs.
compare_rows() {
  local difference
  difference=$(awk -F '\t' '
    !t { for (i = 3; i <= NF; i++) unit[$i] = NR; rows[NR] = $1; name[NR] = substr($3, 6); units = NR; next }
    $2 in unit { u = unit[$2]; found[u] += $1; seen[u] = 1 }
    END { for (u = 1; u <= units; u++) if (!seen[u]) { print name[u] "is missing"; exit } else if (found[u] != rows[u]) { printf "%shas %.0f rows instead of %.0f", name[u], found[u], rows[u]; exit } }
  ' "$WORK/rows" t=1 "$1")
  [ -z "$difference" ] || fail 42 "table $difference $2"
}

# Statements that count, for \gexec: rows, the table as JSON, the texts that pg_dump writes before its data. Hash partitions by an enum are one:
# pg_dump loads them through their root, and they may go to another partition there, as an enum's hash is its OID's.
# Names that a text file, or the archive in the database's encoding, shows otherwise are left to `uncounted`.
# shellcheck disable=SC2034 # the scripts that follow use it
TABLES="WITH unsafe AS (
  SELECT p.partrelid FROM pg_catalog.pg_partitioned_table AS p WHERE p.partstrat = 'h' AND (
    SELECT o.oid FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_am AS a ON a.oid = o.opcmethod
    WHERE o.opcname = 'enum_ops' AND o.opcnamespace = 'pg_catalog'::pg_catalog.regnamespace AND a.amname = 'hash') = ANY (p.partclass)),
data AS (
  SELECT c.oid, n.nspname, c.relname, CASE WHEN c.relispartition AND EXISTS (
      SELECT FROM pg_catalog.pg_partition_ancestors(c.oid) AS a(oid) JOIN unsafe AS u ON u.partrelid = a.oid)
    THEN pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid ELSE c.oid END AS unit
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')),
unit AS (
  SELECT u.oid, n.nspname, u.relname,
    pg_catalog.string_agg(pg_catalog.format('(SELECT pg_catalog.count(*) FROM ONLY %I.%I)', d.nspname, d.relname), ' + ') AS counting,
    CASE WHEN pg_catalog.bool_or(d.oid <> u.oid) THEN pg_catalog.format(E'COPY %I.%I \t', n.nspname, u.relname) ELSE '' END
      || pg_catalog.string_agg(pg_catalog.format('COPY %I.%I ', d.nspname, d.relname), E'\t') AS texts,
    pg_catalog.bool_and(d.nspname || d.relname || u.relname || n.nspname !~ '[[:cntrl:]]'
      AND (d.nspname || d.relname || u.relname || n.nspname ~ '^[ -~]*$' OR pg_catalog.current_setting('server_encoding') IN ('UTF8', 'SQL_ASCII'))) AS countable
  FROM data AS d JOIN pg_catalog.pg_class AS u ON u.oid = d.unit JOIN pg_catalog.pg_namespace AS n ON n.oid = u.relnamespace
  GROUP BY u.oid, n.nspname, u.relname)"
# A hundred tables at a time; the savepoint gives back the locks on their indexes, of which a large database has more than one transaction can hold.
# shellcheck disable=SC2034
COUNTING="$TABLES
SELECT 'SAVEPOINT counted',
  pg_catalog.string_agg(pg_catalog.format(
    'SELECT rows, pg_catalog.jsonb_build_object(''schema'', %L, ''name'', %L, ''rows'', rows)::pg_catalog.text, %L FROM (SELECT %s AS rows) AS counted',
    nspname, relname, texts, counting), ' UNION ALL ' ORDER BY nspname, relname),
  'ROLLBACK TO SAVEPOINT counted'
FROM (SELECT u.*, (pg_catalog.row_number() OVER (ORDER BY nspname, relname) - 1) / 100 AS batch FROM unit AS u WHERE countable) AS u
GROUP BY batch ORDER BY batch"
