# Dumps a database into a directory that appears, complete and proved, with one rename. Every other end leaves nothing that looks like a backup.
require_tools pg_dump pg_restore pg_isready psql sha256sum awk df mkfifo sync

LOCK_SECONDS=${LOCK_SECONDS:-60}

# ---- 0: a finished Job that is run again
enter make
if [ -e "$DIR" ] || [ -L "$DIR" ]; then
  enter_backup || fail 23 "\"$DIR\" vanished from the backup volume. See who else uses it."
  { is_plain manifest.json && grep -aqE "^\"backup\": \{.*\"uid\": \"$BACKUP_UID\"" manifest.json; } ||
    fail 23 "\"$DIR\" on the backup volume is not of this backup and is never overwritten. Remove it or make another backup."
  check_sums
  sync .. || fail 23 "cannot write the directory of the backup to the disk. See the backup volume."
  report_backup
  exit 0
fi

# ---- 1
STARTED=$(date -u +%Y-%m-%dT%H:%M:%SZ)
PART=".partial-$BACKUP_UID"
# A stray of an earlier attempt of this very backup: nobody else has the name. A link planted there is removed, not followed.
rm -rf -- "$PART" 2> /dev/null || storage_failed "cannot remove \"$PART\""
mkdir -- "$PART" 2> /dev/null || storage_failed "cannot make \"$PART\""

# ---- 2
reach_server pg_dump

# ---- 3
run "${PSQL[@]}" -F ' ' -c "SELECT pg_catalog.pg_database_size(pg_catalog.current_database()), pg_catalog.current_setting('server_encoding')" \
  > "$WORK/database" 2> "$WORK/error" || fail_connection "$WORK/error"
read -r DATABASE_BYTES ENCODING < "$WORK/database"
NEEDED=$((PREVIOUS_BYTES > 0 ? PREVIOUS_BYTES + PREVIOUS_BYTES / 4 : DATABASE_BYTES / 2))
NEEDED=$((NEEDED + 16777216))
FREE=$(free_bytes)
[ "$FREE" -gt "$NEEDED" ] || fail 21 "the backup needs $NEEDED bytes, the volume has $FREE free. Enlarge it or delete backups."

# ---- 4: one snapshot for the counts and for pg_dump
# Asks the client itself: what it cannot write, its server's restore could not read. The directory holds no socket, so this connects to nothing.
COMPRESSION=1
COMPRESSION_NAME=gzip:1
PROBE=$(pg_dump -Fc -Z zstd:1 --no-password -h "$WORK" -p 1 -f "$WORK/probe" 2>&1) || case $PROBE in
  *"connection to server"*) COMPRESSION=zstd:1 COMPRESSION_NAME=zstd:1 ;;
esac

# answer: the session's next line. Where it ended instead, its error decides.
answer() {
  IFS= read -r ANSWER <&4 || session_failed
}

# end_session: 0 if it ended well. It notices a cut only when it is asked something; while it still counts it is well.
end_session() {
  SESSION_CODE=0
  printf '%s\n' 'SELECT 1;' '\q' >&3 || true
  for _ in {1..100}; do
    kill -0 "$SESSION" 2> /dev/null || break
    sleep 0.02
  done
  kill -0 "$SESSION" 2> /dev/null || wait "$SESSION" || SESSION_CODE=$?
  return "$SESSION_CODE"
}

session_failed() {
  [ -n "${SESSION_CODE:-}" ] || end_session || true
  case $(grep -aoE '(ERROR|FATAL):  [0-9A-Z]{5}' "$WORK/session-error" | tail -n 1) in
    *55P03) fail_lock ;;
    *42501) fail 32 "the login may not read: $(session_words). Give the object to the owner role." ;;
    *53300) fail 15 "the server has no free connection for this login. End sessions of the application or raise the limits." ;;
  esac
  [ "$SESSION_CODE" != 2 ] || fail_tool 10 "$WORK/session-error" "cannot count rows"
  fail 30 "cannot count rows: $(session_words)"
}

session_words() {
  grep -aE '(ERROR|FATAL):' "$WORK/session-error" | tail -n 1 | sed -E 's/^.*(ERROR|FATAL): +([0-9A-Z]{5}: )?//' | head -c 600
}

# Who has what we waited for may be gone by now.
fail_lock() {
  local holder
  holder=$("${PSQL[@]}" -c "SELECT pg_catalog.format('%s is locked by process %s of %s (%s)', l.relation::pg_catalog.regclass, a.pid, a.usename, a.application_name)
    FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a USING (pid)
    WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation' AND l.relation >= 16384
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    ORDER BY a.xact_start LIMIT 1" 2> "$WORK/error") || holder=
  fail 31 "no lock within $LOCK_SECONDS s: ${holder:-a table was locked}. Wait for that session or end it."
}

rm -f -- "$WORK/questions" "$WORK/answers"
mkfifo -- "$WORK/questions" "$WORK/answers"
"${PSQL[@]}" -F $'\t' -v manifest="$MANIFEST" -v started="$STARTED" -v client="$CLIENT_MAJOR" -v compression="$COMPRESSION_NAME" \
  -v facts="$WORK/facts" -v data="$WORK/extension-data" -v rows="$WORK/rows" < "$WORK/questions" > "$WORK/answers" 2> "$WORK/session-error" &
SESSION=$!
exec 3> "$WORK/questions" 4< "$WORK/answers"
# A session that ended is seen by the failed write.
trap '' PIPE

cat >&3 <<SQL || session_failed
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL row_security = off;
SET LOCAL lock_timeout = '${LOCK_SECONDS}s';
SELECT pg_catalog.pg_export_snapshot();
$NAMES_AS_THEY_ARE \gexec
WITH data AS (
  SELECT c.oid, n.nspname, c.relname, n.oid AS schema FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e'))
SELECT coalesce(pg_catalog.regexp_replace((
  SELECT kind || ' ' || name FROM (
    SELECT 1, 'rows', pg_catalog.format('%I.%I', nspname, relname) FROM data WHERE pg_catalog.row_security_active(oid)
    UNION ALL SELECT 2, 'read', pg_catalog.format('table %I.%I', nspname, relname) FROM data
      WHERE NOT pg_catalog.has_table_privilege(oid, 'SELECT') OR NOT pg_catalog.has_schema_privilege(schema, 'USAGE')
    UNION ALL SELECT 3, 'read', 'large object ' || m.oid FROM pg_catalog.pg_largeobject_metadata AS m WHERE NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(m.lomacl) AS a WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
    ORDER BY 1, 3 LIMIT 1) AS closed(rank, kind, name)), '[[:cntrl:]]', '?', 'g'), 'all');
SQL
answer
SNAPSHOT=$ANSWER
[[ $SNAPSHOT =~ ^[0-9A-F-]+$ ]] || fail 30 "the server gave no snapshot."
answer
case $ANSWER in
  rows\ *) fail 33 "row security hides rows of ${ANSWER#rows } from its owner. ALTER TABLE ... NO FORCE ROW LEVEL SECURITY." ;;
  read\ *) fail 32 "the login may not read ${ANSWER#read }. Give it to the owner role." ;;
esac

# Data of extension members that the tenant does not own: as pg_restore -l lists it, and left out by a restore.
EXTENSION_DATA="SELECT pg_catalog.translate(pg_catalog.format('%s %s %s %s', CASE c.relkind WHEN 'r' THEN 'TABLE DATA' ELSE 'SEQUENCE SET' END,
    n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner)), E'\n\r', '  ') AS text
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'S') AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
    AND EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')"

cat >&3 <<SQL || session_failed
\o :facts
SELECT pg_catalog.format('%s: %s,', pg_catalog.to_json(f.key), f.value)
FROM pg_catalog.pg_database AS d, pg_catalog.to_jsonb(d) AS j, pg_catalog.jsonb_each(
  pg_catalog.jsonb_build_object('startTime', :'started') || :'manifest'::pg_catalog.jsonb || pg_catalog.jsonb_build_object(
    'serverVersionNum', pg_catalog.current_setting('server_version_num')::pg_catalog.int4, 'clientMajor', :'client'::pg_catalog.int4, 'compression', :'compression',
    'encoding', pg_catalog.pg_encoding_to_char(d.encoding), 'collate', d.datcollate, 'ctype', d.datctype,
    'localeProvider', CASE j ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    'locale', coalesce(j ->> 'datlocale', j ->> 'daticulocale'),
    'databaseSizeBytes', pg_catalog.pg_database_size(d.oid),
    'largeObjects', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata AS m WHERE NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass AND e.objid = m.oid AND e.deptype = 'e')))) AS f
WHERE d.datname = pg_catalog.current_database() ORDER BY f.key <> 'format', f.key;
SELECT E'"extensions": [\n' || coalesce(pg_catalog.string_agg(pg_catalog.jsonb_build_object('name', e.extname, 'version', e.extversion, 'schema', n.nspname,
    'trusted', coalesce((SELECT v.trusted FROM pg_catalog.pg_available_extension_versions AS v WHERE v.name = e.extname AND v.version = e.extversion), false))::pg_catalog.text,
    E',\n' ORDER BY e.extname) || E'\n', '') || '],'
FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.oid >= 16384;
SELECT E'"extensionData": [\n' || coalesce(pg_catalog.string_agg(pg_catalog.to_json(d.text)::pg_catalog.text, E',\n') || E'\n', '') || '],' FROM ($EXTENSION_DATA) AS d;
$TABLES
SELECT E'"uncounted": [\n' || coalesce(pg_catalog.string_agg(pg_catalog.jsonb_build_object('schema', nspname, 'name', relname)::pg_catalog.text, E',\n' ORDER BY nspname, relname) || E'\n', '') || '],'
FROM unit WHERE NOT countable OR '$VERIFICATION' = 'Archive';
\o :data
$EXTENSION_DATA;
\o
SQL

if [ "$VERIFICATION" = Archive ]; then
  : > "$WORK/rows"
  printf '%s\n' '\echo facts' >&3 || session_failed
  answer
else
  # Held until pg_dump has its own: TRUNCATE and its like, which no snapshot hides, come after both.
  cat >&3 <<SQL || session_failed
$TABLES
SELECT pg_catalog.format('LOCK TABLE %s IN ACCESS SHARE MODE', pg_catalog.string_agg(pg_catalog.format('ONLY %I.%I', nspname, relname), ', ')) FROM data HAVING pg_catalog.count(*) > 0 \gexec
\echo locked
SQL
  answer
  # Counted while pg_dump works.
  cat >&3 <<SQL || session_failed
\o :rows
$COUNTING \gexec
\o
\echo counted
SQL
fi

# ---- 5
CODE=0
run pg_dump -Fc -Z "$COMPRESSION" -E "$ENCODING" --snapshot="$SNAPSHOT" --lock-wait-timeout="${LOCK_SECONDS}s" --no-password -f "$PART/data.dump" 2> "$WORK/dump-error" || CODE=$?
cat -- "$WORK/dump-error" >&2
if [ "$CODE" != 0 ]; then
  # The tool's own words are English; the server's, marked ERROR, may be about its own disk.
  if grep -avE 'ERROR:|FATAL:' "$WORK/dump-error" | grep -aqE 'No space left on device|Disk quota exceeded'; then
    fail 22 "the backup volume became full, $(free_bytes) bytes are free. Enlarge it or delete backups."
  fi
  # The session that holds the snapshot tells more than a pg_dump that misses it.
  end_session || session_failed
  if grep -aq 'canceling statement due to lock timeout' "$WORK/dump-error"; then
    fail_lock
  fi
  if grep -aqE 'permission denied for' "$WORK/dump-error"; then
    fail 32 "pg_dump: $(last_line "$WORK/dump-error"). Give the object to the owner role."
  fi
  fail_tool 30 "$WORK/dump-error" "pg_dump failed"
fi
if [ "$VERIFICATION" != Archive ]; then
  answer
fi
end_session || session_failed
exec 3>&- 4<&-

# ---- 6
run pg_restore -l "$PART/data.dump" > "$PART/toc.txt" 2> "$WORK/error" || {
  [ "$(free_bytes)" -ge 1048576 ] || storage_failed "cannot write toc.txt"
  fail 40 "the archive cannot be listed: $(last_line "$WORK/error"). The next attempt dumps anew."
}
count_archive "$PART/data.dump"
tail -n 1 "$WORK/archive-rows" > "$WORK/objects"
OBJECTS=$(sed -nE 's/^"largeObjects": ([0-9]+),$/\1/p' "$WORK/facts")
[ "$(cut -f 1 "$WORK/objects")" = "$OBJECTS" ] || fail 42 "the archive has $(cut -f 1 "$WORK/objects") large objects instead of $OBJECTS. The next attempt dumps anew."
compare_rows "$WORK/archive-rows" "in the archive. The next attempt dumps anew."
sort_entries "$PART/toc.txt"

# ---- 7
run sha256sum -- "$PART/data.dump" > "$WORK/sums" || fail 40 "the archive cannot be read again. See the backup volume."
SHA256=$(cut -c 1-64 "$WORK/sums")
{
  echo '{'
  cat -- "$WORK/facts"
  echo '"tables": ['
  cut -f 2 "$WORK/rows" | sed '$!s/$/,/'
  echo '],'
  awk -F '\t' '{ n += $1 } END { printf "\"rows\": %.0f,\n", n }' "$WORK/rows"
  printf '"leftOut": %s,\n"sizeBytes": %d,\n"sha256": "%s",\n"verification": "%s",\n"completionTime": "%s"\n}\n' \
    "$(cat "$WORK/left-out")" "$(stat -c %s -- "$PART/data.dump")" "$SHA256" "$VERIFICATION" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
} 2> /dev/null > "$PART/manifest.json" || storage_failed "cannot write manifest.json"
{
  printf '%s  data.dump\n' "$SHA256"
  run env -C "$PART" sha256sum -- toc.txt manifest.json
} 2> /dev/null > "$PART/SHA256SUMS" || storage_failed "cannot write SHA256SUMS"
run env -C "$PART" sync -- data.dump toc.txt manifest.json SHA256SUMS . 2> /dev/null || {
  [ "$(free_bytes)" -ge 1048576 ] || storage_failed "cannot write the backup to the disk"
  fail 23 "the backup volume does not confirm what was written. See the volume."
}

# ---- 8: the commit point
mv -T -- "$PART" "$DIR" 2> /dev/null || fail 23 "cannot give the backup its name \"$DIR\". See what lies there on the volume."
PART=
sync . || fail 23 "cannot write the directory of the backup to the disk. See the backup volume."

# ---- 9
cd -- "$DIR"
report_backup
say "backup $BACKUP_PATH is complete"
