#!/bin/sh
# One round of the queue: publishes every network in the folder that asked for it, the longest waiting first.
# kim-queue.sh FOLDER [SLOTS]: a network is a checkout below FOLDER; it asks by a file `changed`. SLOTS (default:
# one for each core) are published at the same time. A network is never published twice at once, as the round lists it
# once and there is one round at a time; what changes meanwhile has a new file `changed`, and the next round.
# Exits with 1 where a network failed; the others have been published all the same.
set -u

publish() {
    cd "$1" || exit 1
    # before the pull: what comes in from here on asks anew
    rm -f changed
    .venv/bin/invoke publish --pull || {
        echo "$1: not published" >&2
        exit 1
    }
}

if [ "${1:-}" = --one ]; then
    publish "$2"
    exit
fi
cd "$1" || exit 1
find . -mindepth 2 -maxdepth 2 -name changed -printf '%T@ %h\n' | sort -n | cut -d ' ' -f 2- |
    tr '\n' '\0' | xargs -0 -r -n 1 -P "${2:-$(nproc)}" sh "$(realpath "$0")" --one || exit 1
