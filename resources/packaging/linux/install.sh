#!/bin/sh
# Puts Outtray where your desktop looks for programs: menu entry, icons, man page, and the command outtray.
#
#   ./install.sh            for you alone, below ~/.local
#   ./install.sh /usr/local for everybody (as root)
#   ./install.sh --remove [PREFIX]   takes it away again; your outbox stays
#
# Exit: 0 done · 1 a step failed · 64 wrong words.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
remove=
if [ "${1:-}" = --remove ]; then
    remove=yes
    shift
fi
prefix=${1:-${HOME:?}/.local}
case $prefix in
    *[\"\|\&\\]*) printf 'install.sh: PREFIX may hold no quote, bar, ampersand or backslash.\n' >&2; exit 64 ;;
    /*) ;;
    *) printf 'usage: install.sh [--remove] [PREFIX]   (PREFIX begins with /)\n' >&2; exit 64 ;;
esac

refresh() {
    for folder in applications icons/hicolor; do
        case $folder in
            applications) update-desktop-database -q "$prefix/share/$folder" ;;
            *) gtk-update-icon-cache -q -t "$prefix/share/$folder" ;;
        esac 2>/dev/null || :  # where the desktop has no such program, it needs none
    done
}

if [ -n "$remove" ]; then
    rm -rf "$prefix/lib/outtray"
    rm -f "$prefix/bin/outtray"
    (cd "$here/share" && find . -type f) | while read -r file; do rm -f "$prefix/share/$file"; done
    refresh
    printf 'Outtray is removed from %s. Your outbox stays where it is.\n' "$prefix"
    exit 0
fi

mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share"
new=$prefix/lib/outtray.new
rm -rf "$new"
mkdir "$new"
cp -R "$here/outtray" "$here/_internal" "$new/"
rm -rf "$prefix/lib/outtray"
mv "$new" "$prefix/lib/outtray"
ln -sf ../lib/outtray/outtray "$prefix/bin/outtray"
cp -R "$here/share/." "$prefix/share/"
# A menu does not know every PATH.
for entry in "$prefix"/share/applications/*Outtray.desktop; do
    sed "s|^Exec=outtray|Exec=\"$prefix/bin/outtray\"|; s|^TryExec=outtray|TryExec=$prefix/bin/outtray|" "$here/share/applications/${entry##*/}" >"$entry"
done
refresh
printf 'Outtray is in %s. Type: %s/bin/outtray\n' "$prefix" "$prefix"
