#!/bin/sh
# Packages Outtray as one folder, dist/outtray, that needs no Python: its program is dist/outtray/outtray.
# Run by `make package`, after setup.sh. What stands in dist/outtray has been tried: a build that fails leaves the old one.
#
# Exit: 0 packaged · 1 a step failed · 69 not on this system.
set -eu

cd "$(dirname "$0")/../.."
python=.venv/bin/python
new=build/new/outtray

say() { printf 'Outtray: %s\n' "$*"; }
stop() { printf 'Outtray: %s\n' "$*" >&2; exit 1; }

# quietly WHAT COMMAND...: shows what the command wrote only where it failed.
quietly() {
    what=$1
    shift
    "$@" >build/package.log 2>&1 || { tail -n 25 build/package.log >&2; stop "$what failed; all it said is in build/package.log"; }
}

# In an empty home and with nothing on the PATH, as on a machine that has no Python.
in_an_empty_environment() { env -i HOME="$PWD/build/home" LANG=C.UTF-8 PATH=/nonexistent "$@"; }

if [ "$(uname -s)" != Linux ]; then
    say "the package is made on Linux only; elsewhere type: make run" >&2
    exit 69
fi
[ -x "$python" ] || stop "the environment in .venv is missing. Type: make package"
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')

say "packaging version $version (takes a minute or two)"
rm -rf build/new build/home
mkdir -p build/new build/home dist
quietly "packaging" env PYINSTALLER_CONFIG_DIR=build/cache "$python" -m PyInstaller --noconfirm --log-level WARN \
    --distpath build/new --workpath build resources/packaging/outtray.spec

# Only Python's own files: Qt's have none left, and their layout does not outlive strip.
if command -v strip >/dev/null; then
    say "taking out what only a debugger reads"
    quietly "strip" strip --strip-unneeded "$new"/_internal/libpython3.*.so.* "$new"/_internal/python3.*/lib-dynload/*.so
fi

say "trying it with an empty environment: the machine, a message, the counts"
quietly "outtray doctor" in_an_empty_environment "$new/outtray" doctor
quietly "outtray send" in_an_empty_environment "$new/outtray" send ann@example.com -m "Packaged." --json
quietly "outtray status" in_an_empty_environment "$new/outtray" status
rm -rf build/home dist/outtray
mv "$new" dist/outtray

packed=unknown
if command -v xz >/dev/null; then
    say "measuring how small it packs"
    packed=$(($(tar -C dist -c outtray | xz -T0 | wc -c) / 1000000))
fi
say "dist/outtray: $(du -sm dist/outtray | cut -f1) MB, $packed MB as .tar.xz. Needs $(getconf GNU_LIBC_VERSION) or newer. Type: dist/outtray/outtray"
