# Proves that a backup still is what was written: its hashes, on request also that every block decodes.
require_tools sha256sum awk df

{ enter keep && enter_backup; } || fail 40 "the volume has no backup \"$BACKUP_PATH\". Use another backup."
prove_sums
if [ "$FULL_DECODE" = true ]; then
  require_tools pg_restore mkfifo
  count_archive data.dump
fi
report_backup
