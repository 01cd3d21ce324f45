# The program. One that stays in the foreground goes to the background here, once it listens, and ends
# when another takes its place, as its reader would end it. The demo has a test of its own, and takes its
# time.
name=${0##*/}
case "$name $1" in
chaosgate\ demo) exec "$PROGRAMS/$name" demo --help ;;
chaosgate\ serve | chaosgate\ gate | toxiproxy-server\ *) ;;
*) exec "$PROGRAMS/$name" "$@" ;;
esac
[ "$1" != serve ] || case "$*" in
*--api*) ;;
*) set -- "$@" --api "localhost:$API" ;;
esac
if [ -e running ]; then
    before=$(cat running)
    rm running
    kill -9 "$before"
    # It has its port until it has gone. One that nobody waits for stays as a zombie, which has none.
    while kill -0 "$before" && ! grep -q ') Z' "/proc/$before/stat"; do sleep 0.01; done 2>&-
fi
"$PROGRAMS/$name" "$@" > said 2>&1 &
echo $! > running
for _ in $(seq 600); do
    ! grep -q -e '^listening' -e 'Starting Toxiproxy HTTP server' said || exit 0
    kill -0 "$(cat running)" || break
    sleep 0.05
done
cat said >&2
exit 1
