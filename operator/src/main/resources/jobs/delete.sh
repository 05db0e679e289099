# Removes a backup: it loses its name in one rename, so what a killed run leaves does not look like a backup. A second run goes on.
require_tools mv rm df

enter keep || {
  report '{"result":"Succeeded"}'
  exit 0
}
GONE=".deleted-$BACKUP_UID"
# The path was computed from the object that is being deleted and its own UID, so no other backup has this name; a link is removed itself, not followed.
rm -rf -- "$GONE" 2> /dev/null || storage_failed "cannot remove \"$GONE\""
if [ -e "$DIR" ] || [ -L "$DIR" ]; then
  mv -T -- "$DIR" "$GONE" 2> /dev/null || storage_failed "cannot rename \"$DIR\""
  sync . || true
fi
run rm -rf -- "$GONE" ".partial-$BACKUP_UID" 2> /dev/null || storage_failed "cannot remove the files of the backup"
report '{"result":"Succeeded"}'
