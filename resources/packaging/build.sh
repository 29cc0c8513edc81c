#!/bin/sh
# Packages Outtray: as one folder, dist/outtray, that needs no Python; of it a .deb and a .tar.xz, with their sums and
# what is in them. Run by `make package`, after setup.sh. What stands in dist has been tried: a build that fails leaves
# the old one. Two builds of one commit on one system differ in nothing: tests/package says so.
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

have() { command -v "$1" >/dev/null 2>&1; }

# In an empty home and with nothing on the PATH, as on a machine that has no Python.
in_an_empty_environment() { env -i HOME="$PWD/build/home" LANG=C.UTF-8 PATH=/nonexistent "$@"; }

if [ "$(uname -s)" != Linux ]; then
    say "the package is made on Linux only; elsewhere type: make run" >&2
    exit 69
fi
[ -x "$python" ] || stop "the environment in .venv is missing. Type: make package"
version=$("$python" -c 'from resources.packaging import identity; print(identity.version())')
SOURCE_DATE_EPOCH=$("$python" -c 'from resources.packaging import identity; print(identity.made_at())')
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0

say "packaging version $version (takes a minute or two)"
rm -rf build/new build/home
mkdir -p build/new build/home dist
quietly "packaging" env PYINSTALLER_CONFIG_DIR=build/cache "$python" -m PyInstaller --noconfirm --log-level WARN \
    --distpath build/new --workpath build resources/packaging/outtray.spec

# Not Qt's files: they have none left, and their layout does not outlive strip.
if have strip; then
    say "taking out what only a debugger reads"
    find "$new/_internal" \( -name PySide6 -o -name shiboken6 \) -prune -o -type f -name '*.so*' -print >build/stripped
    # shellcheck disable=SC2046
    quietly "strip" strip --strip-unneeded $(cat build/stripped)
fi

say "trying it with an empty environment: the machine, a message, the counts"
quietly "outtray doctor" in_an_empty_environment "$new/outtray" doctor
quietly "outtray send" in_an_empty_environment "$new/outtray" send ann@example.com -m "Packaged." --json
quietly "outtray status" in_an_empty_environment "$new/outtray" status
rm -rf build/home

say "writing the notices of what others made"
quietly "the notices" "$python" -m resources.packaging.notices "$new"
find "$new" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

rm -rf build/out
mkdir build/out
if have dpkg-shlibdeps; then
    say "making the .deb"
    quietly "the .deb" "$python" -m resources.packaging.deb "$new" build/out
fi
say "making the .tar.xz"
quietly "the .tar.xz" "$python" -m resources.packaging.archive "$new" build/out
quietly "the bill of materials" "$python" -m resources.packaging.sbom "build/out/outtray-$version.cdx.json"
(cd build/out && sha256sum -- * >SHA256SUMS)

rm -rf dist/outtray dist/outtray[-_]* dist/SHA256SUMS
mv "$new" dist/outtray
touch dist/outtray # the folder itself says when it was made
mv build/out/* dist/
say "dist/outtray: $(du -sm dist/outtray | cut -f1) MB. Needs $(getconf GNU_LIBC_VERSION) or newer. Type: dist/outtray/outtray"
(cd dist && du -m -- outtray[-_]* | while read -r size name; do say "dist/$name: $size MB"; done)
