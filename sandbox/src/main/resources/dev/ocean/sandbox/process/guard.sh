# Runs one command that must not outlive the JVM: sh -c "$guard" guard USER LAST COMMAND...
#
# Standard input is a pipe that only the JVM holds. A line on it is the name of a signal for the command; its end means that the
# JVM is gone, however it went. (The kernel's parent-death signal alone will not do: it fires when the *thread* ends that
# started the process.)
#
# USER: run the command as this user, only possible for root; empty: as the caller.
# LAST: the signal that the command gets at the end of the pipe, one second before SIGKILL.
#
# Our variables have a prefix: one that the command's environment has, too, would reach it with our value.
guard_user=$1 guard_last=$2
shift 2

# Ctrl-C reaches every process of the terminal's group; only the JVM decides how its children end.
trap '' INT QUIT HUP TERM
exec 3<&0 </dev/null

# A second line of defence where util-linux is there: the command dies with this shell, and no terminal reaches it.
if command -v setpriv >/dev/null; then
    [ -z "$guard_user" ] || set -- --reuid "$guard_user" --regid "$(id -g "$guard_user")" --clear-groups "$@"
    set -- setpriv --pdeathsig KILL "$@"
elif [ -n "$guard_user" ]; then
    echo "cannot run as $guard_user: setpriv (package util-linux) is missing" >&2
    exit 127
fi
! command -v setsid >/dev/null || set -- setsid "$@"

(
    trap - HUP TERM
    exec "$@" 3<&-
) &
guard_command=$!

(
    while read -r guard_signal <&3; do kill -s "$guard_signal" "$guard_command"; done
    kill -s "$guard_last" "$guard_command"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$guard_command" || exit
        sleep 0.1
    done
    kill -s KILL "$guard_command"
) 2>/dev/null &
guard_listener=$!
exec 3<&-

wait "$guard_command"
guard_code=$?
# What it left behind goes with it, as with the first process of a container: its process group, and where procps is there also the
# groups that it made in its session (timeout makes one). The listener last: without it the pipe looks broken to the JVM.
kill -s KILL -- "-$guard_command" 2>/dev/null
! command -v pkill >/dev/null || pkill -KILL -s "$guard_command"
kill -s KILL "$guard_listener" 2>/dev/null
wait "$guard_listener" 2>/dev/null
exit "$guard_code"
