#!/bin/sh
# The disk image for macOS, of dist/Outtray.app: drag it to Applications. Nobody has seen it run yet; it is not signed.
#
#   dmg.sh VERSION    # makes dist/outtray-VERSION-macos-ARCHITECTURE.dmg
set -eu
cd "$(dirname "$0")/../../.."
folder=build/dmg
rm -rf "$folder"
mkdir -p "$folder"
cp -R dist/Outtray.app "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname Outtray -srcfolder "$folder" -ov -format UDZO "dist/outtray-${1:?a version}-macos-$(uname -m).dmg"
