# Proves that a backup still is what was written: its hashes, on request also that every block decodes.
require_tools sha256sum awk df

{ enter keep && enter_backup; } || fail 40 "the volume has no backup \"$BACKUP_PATH\". Use another backup."
check_sums
[ -z "$EXPECTED_SHA256" ] || [ "$SHA256" = "$EXPECTED_SHA256" ] || fail 41 "data.dump is not the file that was backed up. Use another backup."
grep -aqxF "\"sha256\": \"$SHA256\"," manifest.json || fail 41 "the manifest belongs to another data.dump. Use another backup."
if [ "$FULL_DECODE" = true ]; then
  require_tools pg_restore mkfifo
  count_archive data.dump
fi
report_backup
