# To build the program takes minutes, and it is there. What is to be built is looked for.
case "$1" in
run) while [ "$1" != -- ]; do shift; done; shift; exec chaosgate "$@" ;;
add) [ "$3" = tokio ] || grep -q "^name = \"chaosgate" "$ROOT/${4#../chaosgate/}/Cargo.toml" ;;
install) [ "$2" = --path ] && grep -q '^\[\[bin\]\]' "$ROOT/$3/Cargo.toml" ;;
*) exit 127 ;;
esac
