# Restores a backup into an empty database, logged in as the tenant: a dump is code of whoever owned the source. The live database is another one.
require_tools pg_restore pg_isready psql sha256sum awk sed

{ enter keep && enter_backup; } || fail 40 "the volume has no backup \"$BACKUP_PATH\". Use another backup."
prove_sums
reach_server pg_restore

# An operand with "=" in it would be a connection string.
TARGET=${PGDATABASE//\\/\\\\}
TARGET="dbname='${TARGET//\'/\\\'}'"

# session_failed <exit code> <what failed>
session_failed() {
  grep -aqE '(ERROR|FATAL):' "$WORK/error" || fail_tool "$1" "$WORK/error" "$2"
  fail "$1" "$2: $(grep -aE '(ERROR|FATAL):' "$WORK/error" | tail -n 1 | sed -E 's/^.*(ERROR|FATAL): +([0-9A-Z]{5}: )?//' | head -c 600)"
}

# ---- the target: empty but for its extensions, which the operator made
cat > "$WORK/target.sql" <<SQL
$NAMES_AS_THEY_ARE \gexec
\set manifest \`cat manifest.json\`
\o :target
SELECT pg_catalog.translate(pg_catalog.format('%I.%I', n.nspname, c.relname), E'\n\r', '??')
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e') LIMIT 1;
\o :missing
SELECT pg_catalog.translate(e.name, E'\n\r', '??') FROM pg_catalog.jsonb_to_recordset(:'manifest'::pg_catalog.jsonb -> 'extensions') AS e(name pg_catalog.text)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE x.extname = e.name) ORDER BY 1 LIMIT 1;
\o :data
SELECT pg_catalog.jsonb_array_elements_text(:'manifest'::pg_catalog.jsonb -> 'extensionData');
\o :rows
SELECT t.rows, '', pg_catalog.format('COPY %I.%I ', t.schema, t.name)
FROM pg_catalog.jsonb_to_recordset(:'manifest'::pg_catalog.jsonb -> 'tables') AS t(schema pg_catalog.text, name pg_catalog.text, rows pg_catalog.int8);
\o :objects
SELECT (:'manifest'::pg_catalog.jsonb ->> 'largeObjects')::pg_catalog.int8;
SQL
run "${PSQL[@]}" -F $'\t' -v target="$WORK/target" -v missing="$WORK/missing" -v data="$WORK/extension-data" -v rows="$WORK/rows" -v objects="$WORK/objects" \
  -f "$WORK/target.sql" > /dev/null 2> "$WORK/error" || session_failed 40 "manifest.json of the backup cannot be read"
# Whatever database this is, nothing in it is written over.
[ ! -s "$WORK/target" ] || fail 50 "database \"$PGDATABASE\" is not empty, it has $(cat "$WORK/target"). Restore into an empty one."
[ ! -s "$WORK/missing" ] || fail 51 "extension \"$(cat "$WORK/missing")\" of the backup is not there. Install its package on the server and allow it."

# ---- the lists
run pg_restore -l data.dump > "$WORK/contents" 2> "$WORK/error" || fail 40 "the archive cannot be listed: $(last_line "$WORK/error"). Use another backup."
sort_entries "$WORK/contents"
# A schema that was made for an extension: its name is all but the last word, which is its owner.
printf '%s\n' "$EXTENSION_SCHEMAS" | awk '!t { x["SCHEMA - " $0]; next } { k = $0; sub(/^[0-9]+; [0-9]+ [0-9]+ /, "", k); sub(/ [^ ]*$/, "", k) } !(k in x)' - t=1 "$WORK/data.list" > "$WORK/first.list"
if [ "$PRIVILEGES" = skip ]; then
  grep -aE "$ENTRY (POLICY|COMMENT .* POLICY) " "$WORK/late.list" > "$WORK/second.list" || true
else
  cp -- "$WORK/late.list" "$WORK/second.list"
fi

# Verbosely: only so pg_restore tells the entry of an error.
RESTORE=(pg_restore --verbose --no-owner --no-password)

# first_error <pg_restore's errors> [<pattern of the command>]: the entry and what the server said about it.
first_error() {
  awk -v command="${2:-}" '
    /^pg_restore: from TOC entry / { sub(/^.*from TOC entry [0-9]+; [0-9]+ [0-9]+ /, ""); entry = "\"" $0 "\", " }
    /^pg_restore: error: / { sub(/^pg_restore: error: (could not execute query: )?(ERROR: +)?/, ""); words = $0; if (command == "") exit }
    command != "" && $0 ~ command { exit }
    END { print entry words }' "$1" | head -c 700
}

# ---- first pass: all that names no other role
run "${RESTORE[@]}" --exit-on-error -j 2 -L "$WORK/first.list" -d "$TARGET" data.dump 2> "$WORK/error" || {
  cat -- "$WORK/error" >&2
  ! lost_connection "$WORK/error" || fail_tool 10 "$WORK/error" "pg_restore failed"
  fail 50 "pg_restore failed at $(first_error "$WORK/error")"
}

# ---- second pass: an entry whose role is gone is skipped whole
SKIPPED=0
run "${RESTORE[@]}" -L "$WORK/second.list" -d "$TARGET" data.dump 2> "$WORK/late-error" || {
  cat -- "$WORK/late-error" >&2
  ! lost_connection "$WORK/late-error" || fail_tool 10 "$WORK/late-error" "pg_restore failed"
  SKIPPED=$(sed -nE '$s/^pg_restore: warning: errors ignored on restore: ([0-9]+)$/\1/p' "$WORK/late-error")
  [ -n "$SKIPPED" ] || fail 50 "pg_restore failed at $(first_error "$WORK/late-error")"
  # Without it the table would be open to its other roles; all other entries only give.
  ! grep -aq ' AS RESTRICTIVE' "$WORK/late-error" ||
    fail 50 "a restrictive policy cannot be made: $(first_error "$WORK/late-error" ' AS RESTRICTIVE'). Create that role and restore again."
}
sed -nE 's/^pg_restore: from TOC entry [0-9]+; [0-9]+ [0-9]+ (.*)$/\1/p' "$WORK/late-error" > "$WORK/skipped"

# ---- lost grants fail closed: what runs with its owner's rights was PUBLIC's by default
CLOSED=0
if [ "$SKIPPED" -gt 0 ] || [ "$PRIVILEGES" = skip ]; then
  cat > "$WORK/close.sql" <<'SQL'
SELECT pg_catalog.format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', p.oid::pg_catalog.regprocedure), 'SELECT 1' FROM pg_catalog.pg_proc AS p
WHERE p.prosecdef AND p.proacl IS NULL AND p.oid >= 16384 AND pg_catalog.pg_has_role(p.proowner, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e') \gexec
SQL
  run "${PSQL[@]}" -f "$WORK/close.sql" > "$WORK/closed" 2> "$WORK/error" || session_failed 50 "cannot close SECURITY DEFINER routines"
  CLOSED=$(wc -l < "$WORK/closed")
fi

# ---- the counts
# Statistics only: an index whose expression fails here did not fail when it was built.
run "${PSQL[@]}" -c 'SET client_min_messages TO error' -c ANALYZE > /dev/null 2> "$WORK/error" || say "ANALYZE: $(last_line "$WORK/error")"
cat > "$WORK/count.sql" <<SQL
$NAMES_AS_THEY_ARE \gexec
BEGIN READ ONLY;
SET LOCAL row_security = off;
$COUNTING \gexec
\o :objects
SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata AS m WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass AND e.objid = m.oid AND e.deptype = 'e');
COMMIT;
SQL
run "${PSQL[@]}" -F $'\t' -v objects="$WORK/objects-found" -f "$WORK/count.sql" > "$WORK/found" 2> "$WORK/error" || session_failed 42 "cannot count rows"
cut -f 1,3 "$WORK/found" > "$WORK/found-rows"
compare_rows "$WORK/found-rows" "after the restore. The live database is untouched; use another backup."
[ "$(cat "$WORK/objects-found")" = "$(cat "$WORK/objects")" ] || fail 42 "there are $(cat "$WORK/objects-found") large objects instead of $(cat "$WORK/objects") after the restore. Use another backup."

NAMES=
while IFS= read -r ENTRY_TEXT; do
  NAMES="$NAMES${NAMES:+,}$(json_text "${ENTRY_TEXT:0:200}")"
done < <(head -n 5 "$WORK/skipped")
report "{\"result\":\"Succeeded\",$(awk -F '\t' '{ n += $1 } END { printf "\"tables\":%d,\"rows\":%.0f", NR, n }' "$WORK/rows"),\"skippedGrants\":{\"count\":$SKIPPED,\"names\":[$NAMES]},\"closedRoutines\":$CLOSED,\"leftOut\":$(cat "$WORK/left-out"),\"durationSeconds\":$SECONDS}"
say "backup $BACKUP_PATH is restored into $PGDATABASE"
