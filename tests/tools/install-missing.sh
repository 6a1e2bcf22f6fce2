#!/usr/bin/env bash
# Installs Debian packages whose programs are missing, where that is allowed (root, or sudo that asks nothing).
#
#   tests/tools/install-missing.sh PROGRAM:PACKAGE[,PACKAGE..] ...
#
# Ends with 0 if every program is there at the end; else with 1, after a line on stderr for each that is missing.
set -euo pipefail

readonly UPDATE_SECONDS=180 INSTALL_SECONDS=600

packages=()
for wish in "$@"; do
  command -v "${wish%%:*}" >/dev/null && continue
  IFS=, read -r -a more <<<"${wish#*:}"
  packages+=("${more[@]}")
done
[ "${#packages[@]}" -gt 0 ] || exit 0

as_root=()
allowed=yes
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo -n)
  sudo -n true 2>/dev/null || allowed=no
fi
if [ "$allowed" = yes ] && command -v apt-get >/dev/null; then
  echo "installing: ${packages[*]}" >&2
  {
    timeout "$UPDATE_SECONDS" "${as_root[@]}" apt-get -q update &&
      timeout "$INSTALL_SECONDS" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "${packages[@]}"
  } </dev/null >&2 || echo "installing failed" >&2
fi

missing=0
for wish in "$@"; do
  command -v "${wish%%:*}" >/dev/null && continue
  echo "missing: ${wish%%:*} (on Debian: apt-get install $(tr , ' ' <<<"${wish#*:}"))" >&2
  missing=1
done
exit "$missing"
