# Runs one command that must not outlive the JVM: sh -c "$guard" guard USER LAST COMMAND...
#
# Standard input is a pipe that only the JVM holds. A line on it is the name of a signal for the command; its end means that the
# JVM is gone, however it went. (The kernel's parent-death signal alone will not do: it fires when the *thread* ends that
# started the process.)
#
# USER: run the command as this user, only possible for root; empty: as the caller.
# LAST: the signal that the command gets at the end of the pipe, one second before SIGKILL.
user=$1 last=$2
shift 2

# Ctrl-C reaches every process of the terminal's group; only the JVM decides how its children end.
trap '' INT QUIT HUP TERM
exec 3<&0 </dev/null

# A second line of defence where util-linux is there: the command dies with this shell, and no terminal reaches it.
if command -v setpriv >/dev/null; then
    [ -z "$user" ] || set -- --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
    set -- setpriv --pdeathsig KILL "$@"
elif [ -n "$user" ]; then
    echo "cannot run as $user: setpriv (package util-linux) is missing" >&2
    exit 127
fi
! command -v setsid >/dev/null || set -- setsid "$@"

(
    trap - HUP TERM
    exec "$@" 3<&-
) &
command=$!

(
    while read -r signal <&3; do kill -s "$signal" "$command"; done
    kill -s "$last" "$command"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$command" || exit
        sleep 0.1
    done
    kill -s KILL "$command"
) 2>/dev/null &
listener=$!
exec 3<&-

wait "$command"
code=$?
kill -s KILL "$listener" 2>/dev/null
exit "$code"
