#!/usr/bin/env bash
# Gets stock belenios-tool 3.3.0 on a Debian machine, whatever its release, without installing it: it is fetched from the
# machine's own Debian mirror with the libraries that it needs, unpacked into a folder, and run through its own loader.
#
#   tests/tools/get-belenios-tool.sh        prints the path of a `belenios-tool` that can be run, and ends with 0;
#                                           ends with 3 and a sentence on stderr where it cannot be had
#
# Needs no root, changes nothing on the system. Run again, it answers at once. The folder is
# $SCRUTINEER_BELENIOS_DIR, else ${XDG_CACHE_HOME:-$HOME/.cache}/scrutineer/belenios-tool-3.3.0.
set -euo pipefail

readonly VERSION=3.3.0
readonly SUITES="forky sid"     # Debian suites that carry it, tried in this order
readonly UPDATE_SECONDS=180     # reading one suite's index
readonly FETCH_SECONDS=300      # the packages
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

unavailable() {
  echo "get-belenios-tool: $*" >&2
  exit 3
}

# The version that the tool at path $1 says it is ("3.3.0" of "3.3.0 (3.3.0+20260702)"), or nothing.
version_of() {
  timeout 20 "$1" --version 2>/dev/null </dev/null | awk 'NR == 1 { print $1 }' || true
}

if [ -n "${SCRUTINEER_BELENIOS_DIR:-}" ]; then
  folder=$SCRUTINEER_BELENIOS_DIR
elif [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/scrutineer/belenios-tool-$VERSION
else
  unavailable "neither HOME nor SCRUTINEER_BELENIOS_DIR is set, so there is no folder to keep it in"
fi
case $folder in
  /*) ;;
  *) folder=$PWD/$folder ;;
esac
readonly folder tool=$folder/belenios-tool

if [ -x "$tool" ] && [ "$(version_of "$tool")" = "$VERSION" ]; then
  echo "$tool"
  exit 0
fi

for program in apt-get apt-cache dpkg dpkg-deb timeout; do
  command -v "$program" >/dev/null ||
    unavailable "this is no Debian machine ($program is missing); set SCRUTINEER_BELENIOS_TOOL to a belenios-tool $VERSION of your own"
done
[ -r "$KEYRING" ] ||
  unavailable "$KEYRING is missing, so packages could not be checked (package debian-archive-keyring)"
architecture=$(dpkg --print-architecture)

mkdir -p "$(dirname "$folder")" 2>/dev/null ||
  unavailable "$(dirname "$folder") cannot be made; name another folder in SCRUTINEER_BELENIOS_DIR"
work=$(mktemp -d "$folder.XXXXXX") || unavailable "$(dirname "$folder") cannot be written to"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$work" # apt downloads as a user of its own
mkdir -p "$work"/apt/{lists,archives}/partial "$work/root"
: >"$work/apt/status" # as if nothing were installed, so that every library comes along

# apt-get and apt-cache on the private folder. The rest of the machine's settings (a proxy, say) hold.
readonly options=(
  -o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=-
  -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=-
  -o "Dir::State=$work/apt" -o "Dir::State::Lists=$work/apt/lists" -o "Dir::State::Status=$work/apt/status"
  -o "Dir::Cache=$work/apt" -o "Dir::Cache::Archives=$work/apt/archives"
  -o Acquire::Check-Valid-Until=false # some mirrors stand still at a date
  -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30
  -o APT::Install-Recommends=false -o APT::Get::Assume-Yes=true -o Debug::NoLocking=true
)

# The mirrors that the machine's own apt reads Debian from, one a line; security archives carry no other suites.
mirrors() {
  apt-get -o Debug::NoLocking=true --print-uris update 2>/dev/null |
    sed -n "s#^'\([^']*\)/dists/\([^']*\)/InRelease'.*#\2 \1#p" |
    awk '$1 !~ /security|updates/ && !seen[$2]++ { print $2 }'
}

# Fetches the tool's packages from suite $2 of mirror $1 into $work/apt/archives.
fetch() {
  local mirror=$1 suite=$2 offered
  echo "deb [arch=$architecture target=Packages signed-by=$KEYRING] $mirror $suite main" >"$work/apt/sources.list"
  timeout "$UPDATE_SECONDS" apt-get "${options[@]}" -q update --error-on=any </dev/null >"$work/log" 2>&1 || return 1
  offered=$(apt-cache "${options[@]}" madison belenios-tool 2>/dev/null |
    awk -F'|' '{ gsub(/ /, "", $2); print $2 }' | grep -m 1 "^${VERSION//./\\.}\([-+~]\|\$\)") || return 1
  timeout "$FETCH_SECONDS" apt-get "${options[@]}" -q install --download-only "belenios-tool=$offered" </dev/null >"$work/log" 2>&1
}

echo "get-belenios-tool: fetching belenios-tool $VERSION from this machine's Debian mirror" >&2
got=no
while read -r mirror && [ "$got" = no ]; do
  for suite in $SUITES; do
    if fetch "$mirror" "$suite"; then
      got=yes
      break
    fi
  done
done < <(mirrors)
[ "$got" = yes ] ||
  unavailable "no Debian mirror that this machine's apt knows could give belenios-tool $VERSION (suites: $SUITES); is there a network?"

for package in "$work"/apt/archives/*.deb; do
  dpkg-deb --extract "$package" "$work/root" || unavailable "$(basename "$package") cannot be unpacked"
done
loader=$(find "$work/root" -name 'ld-linux*.so.*' -printf '%P\n' -quit)
library=$(find "$work/root" -name libc.so.6 -printf '%P\n' -quit)
if [ -z "$loader" ] || [ -z "$library" ]; then
  unavailable "the packages hold no C library for $architecture"
fi

# BELENIOS_USE_URANDOM: chance without waiting. LWT_ASYNC_METHOD=none makes its file reads synchronous, for repeatable results.
cat >"$work/belenios-tool" <<WRAPPER
#!/bin/sh
here=\$(dirname "\$(readlink -f "\$0")")
BELENIOS_USE_URANDOM=1 LWT_ASYNC_METHOD=none
export BELENIOS_USE_URANDOM LWT_ASYNC_METHOD
exec "\$here/root/$loader" --library-path "\$here/root/$(dirname "$library")" "\$here/root/usr/bin/belenios-tool" "\$@"
WRAPPER
chmod 755 "$work/belenios-tool"
said=$(version_of "$work/belenios-tool")
[ "$said" = "$VERSION" ] || unavailable "what was unpacked does not run here as version $VERSION (it said: ${said:-nothing})"

rm -rf "$work/apt" "$work/log" "$work/root/usr/share"
rm -rf "$folder"
mv -T "$work" "$folder" || unavailable "$folder cannot be written"
echo "$tool"
