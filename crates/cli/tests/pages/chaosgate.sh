# The program. One that stays in the foreground goes to the background here, once it listens, and ends
# when another takes its place, as its reader would end it. The demo has a test of its own, and takes its
# time.
name=${0##*/}
case "$name $1" in
chaosgate\ demo) exec "$PROGRAMS/$name" demo --help ;;
chaosgate\ serve | chaosgate\ proxy | toxiproxy-server\ *) ;;
*) exec "$PROGRAMS/$name" "$@" ;;
esac
[ "$1" != serve ] || case "$*" in
*--api*) ;;
*) set -- "$@" --api "localhost:$API" ;;
esac
[ ! -e running ] || { kill -9 "$(cat running)"; rm running; }
"$PROGRAMS/$name" "$@" > said 2>&1 &
echo $! > running
for _ in $(seq 600); do
    ! grep -q -e '^listening' -e 'Starting Toxiproxy HTTP server' said || exit 0
    kill -0 "$(cat running)" || break
    sleep 0.05
done
cat said >&2
exit 1
