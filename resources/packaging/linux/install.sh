#!/bin/sh
# Puts Outtray where your desktop looks for programs: menu entry, icons, man page, and the command outtray.
#
#   ./install.sh             for you alone, below ~/.local
#   ./install.sh /usr/local  for everybody (as root)
#   ./install.sh --remove [PREFIX]   takes it away again; your outbox stays
#
# A copy of it is kept in PREFIX/lib/outtray, so that Outtray can be removed without this folder.
# Quit Outtray first: a program that is replaced while it runs cannot go on.
#
# Exit: 0 done · 1 a step failed · 64 wrong words · 73 something that is not Outtray's is in the way.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd -P)
usage() { printf 'usage: install.sh [--remove] [PREFIX]   (PREFIX begins with /)\n' >&2; exit 64; }

remove=
if [ "${1:-}" = --remove ]; then
    remove=yes
    shift
fi
[ $# -le 1 ] || usage
prefix=${1:-${HOME:?}/.local}
case $prefix in
    *[\"\|\&\\%\$\`]* | *"
"*) printf 'install.sh: PREFIX may hold no " | & \\ %% $ ` and no line end.\n' >&2; exit 64 ;;
    /*) ;;
    *) usage ;;
esac
own=$prefix/lib/outtray

# Whether what is at PREFIX was put there by this script.
is_ours() { [ -f "$own/install.sh" ] && [ "$(readlink "$prefix/bin/outtray")" = ../lib/outtray/outtray ]; }

# Tells the desktop, where it has programs for that. A cache of icons is brought up to date where there is one already.
refresh() {
    update-desktop-database -q "$prefix/share/applications" 2>/dev/null || :
    touch "$prefix/share/icons/hicolor" 2>/dev/null || :
    if [ -f "$prefix/share/icons/hicolor/icon-theme.cache" ]; then
        gtk-update-icon-cache -q -t "$prefix/share/icons/hicolor" 2>/dev/null || :
    fi
}

if [ -n "$remove" ]; then
    if ! is_ours; then
        printf 'install.sh: there is no Outtray in %s that this script put there; nothing was removed.\n' "$prefix" >&2
        exit 73
    fi
    (cd "$own/share" && find . -type f) | while read -r file; do rm -f "$prefix/share/$file"; done
    rm -f "$prefix/bin/outtray"
    rm -rf "$own"
    refresh
    printf 'Outtray is removed from %s. Your outbox stays where it is.\n' "$prefix"
    exit 0
fi

for there in "$own" "$prefix/bin/outtray"; do
    if { [ -e "$there" ] || [ -L "$there" ]; } && ! is_ours; then
        printf 'install.sh: %s is there already and is not of this script; nothing was changed.\n' "$there" >&2
        exit 73
    fi
done

mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share"
new=$prefix/lib/outtray.new
old=$prefix/lib/outtray.old
rm -rf "$new" "$old"
mkdir "$new"
cp -R "$here/outtray" "$here/_internal" "$here/share" "$here/install.sh" "$new/"
chmod -R u=rwX,go=rX "$new"
# A menu does not know every PATH.
for entry in "$new"/share/applications/*.desktop; do
    sed "s|^Exec=outtray|Exec=\"$prefix/bin/outtray\"|; s|^TryExec=outtray|TryExec=$prefix/bin/outtray|" \
        "$entry" >"$entry.new"
    mv "$entry.new" "$entry"
done
[ ! -d "$own" ] || mv "$own" "$old"
mv "$new" "$own"
rm -rf "$old"
ln -sf ../lib/outtray/outtray "$prefix/bin/outtray"
cp -R "$own/share/." "$prefix/share/"
refresh
printf 'Outtray is in %s. Type: %s/bin/outtray\n' "$prefix" "$prefix"
