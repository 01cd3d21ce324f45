#!/bin/sh
# Lays out the image: sh xtask/image.sh PROGRAM DIRECTORY
#
# The program is there under each of its names, by hard links: some launchers resolve symbolic ones, and
# then it would not know what it was called.
set -eu
mkdir -p "$2"
install -m 755 "$1" "$2/chaosgate"
for name in toxiproxy toxiproxy-cli; do
    ln -f "$2/chaosgate" "$2/$name"
done
