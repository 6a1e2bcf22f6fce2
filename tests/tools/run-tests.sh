#!/usr/bin/env bash
# Runs every test that this machine can run, and ends with one line that counts them: "tests: N passed, N failed, N skipped".
# `make test` is this script.
#
# Tests that need a program from elsewhere are suites of their own: a folder tests/NAME, built only with the feature NAME of
# scrutineer-tests. Where the program cannot be had, the suite is reported as skipped, never as passed.
#
#   suite     program                     how the tests find it
#   stock     belenios-tool 3.3.0         SCRUTINEER_BELENIOS_TOOL, a path; if unset, tests/tools/get-belenios-tool.sh gets it
#   openssh   ssh-keygen                  on the PATH
#   misbehave none: a server that is built to be dishonest
#   sealing   node                        on the PATH (the feature is called booth)
#   mail      node 20                     on the PATH; its packages come from the npm registry
#   browser   node 20, chromium           on the PATH; SCRUTINEER_CHROMIUM names another Chromium
#
# The booth's own tests, which node runs, are counted with the others.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly log=target/tests.log
skipped=0
skips=()
features=()

# Adds suite $1 to the run.
with() { features+=(--features "scrutineer-tests/$1"); }

# Leaves out $1, in which $2 tests are, because $3.
skip() {
  skipped=$((skipped + $2))
  skips+=("SKIPPED: $1 ($2): $3")
}

# Leaves suite $1 out, because $2.
without() { skip "tests/$1" "$(grep -rh --include='*.rs' '^ *#\[test\]' "tests/$1" | wc -l)" "$2"; }

# Whether the packages of suite $1 are there for Node; if not, $why says what is missing.
packages_are_there() {
  why="Node 20 or newer with npm is missing"
  command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || return 1
  why="its packages could not be had from the npm registry"
  # npm writes this file last when it installs.
  [ "tests/$1/node_modules/.package-lock.json" -nt "tests/$1/package-lock.json" ] ||
    { npm ci --prefix "tests/$1" --no-audit --no-fund >&2 && touch "tests/$1/node_modules/.package-lock.json"; }
}

# Whether a browser can be driven; if not, $why says what is missing. SCRUTINEER_CHROMIUM is set afterwards.
browser_is_there() {
  why="Chromium is missing (SCRUTINEER_CHROMIUM may name one)"
  : "${SCRUTINEER_CHROMIUM:=$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
  [ -x "$SCRUTINEER_CHROMIUM" ] || return 1
  export SCRUTINEER_CHROMIUM
  packages_are_there browser
}

if ! command -v cargo >/dev/null; then
  echo "missing: cargo, of Rust 1.89 or newer (https://rustup.rs; Debian's own may be too old)" >&2
  exit 2
fi
tests/tools/install-missing.sh cc:gcc,libc6-dev ssh-keygen:openssh-client || command -v cc >/dev/null || exit 2

if [ -d tests/stock ]; then
  if [ -n "${SCRUTINEER_BELENIOS_TOOL:-}" ] || SCRUTINEER_BELENIOS_TOOL=$(tests/tools/get-belenios-tool.sh); then
    export SCRUTINEER_BELENIOS_TOOL
    with stock
  else
    without stock "belenios-tool could not be had"
  fi
fi
if [ -d tests/openssh ]; then
  if command -v ssh-keygen >/dev/null; then
    with openssh
  else
    without openssh "ssh-keygen is missing"
  fi
fi
with misbehave
if command -v node >/dev/null; then
  with booth
else
  without sealing "node is missing"
fi
if packages_are_there mail; then
  with mail
else
  without mail "$why"
fi
if browser_is_there; then
  with browser
else
  without browser "$why"
  command -v node >/dev/null &&
    skip "tests/sealing in Chromium" "$(grep -rh --include='*.rs' '^#\[cfg(feature = "browser")\]' tests/sealing | wc -l)" "$why"
fi

mkdir -p target
: >"$log"
[ -t 1 ] && export CARGO_TERM_COLOR=always
status=0

# Runs a command, shown and logged; a failure is kept for the end, so that every kind of test gets its run.
run() {
  "$@" </dev/null 2>&1 | tee -a "$log" || status=1
}

if [ ! -f booth/dist/booth.js ]; then
  echo "missing: booth/dist, which the server carries: run \`make booth\`" >&2
  exit 2
fi
if command -v npm >/dev/null && [ -d booth/node_modules ]; then
  run npm test --silent --prefix booth
else
  skip booth/test "$(grep -rhE --include='*.test.ts' '^ *(test|it)\(' booth/test | wc -l)" "node or the booth's packages are missing"
fi
run cargo test --locked --workspace --doc
if cargo nextest --version >/dev/null 2>&1; then
  run cargo nextest run --locked --workspace --no-fail-fast "${features[@]}"
else
  run cargo test --locked --workspace --lib --bins --tests --no-fail-fast "${features[@]}"
fi

# The runners' own closing lines: "test result: ok. 3 passed; 0 failed; ..", "Summary [..] 5 tests run: 5 passed, 0 skipped",
# and node's "# pass 7" or, to a terminal, a sign and "pass 7".
read -r passed failed < <(
  sed 's/\x1b\[[0-9;]*m//g' "$log" |
    awk '/^test result:|^ *Summary \[/ {
           for (i = 2; i <= NF; i++) {
             if ($i ~ /^passed/) passed += $(i - 1)
             if ($i ~ /^failed/) failed += $(i - 1)
           }
         }
         NF == 3 && $1 !~ /[a-z0-9]/ && $3 ~ /^[0-9]+$/ && $2 == "pass" { passed += $3 }
         NF == 3 && $1 !~ /[a-z0-9]/ && $3 ~ /^[0-9]+$/ && $2 == "fail" { failed += $3 }
         END { print passed + 0, failed + 0 }'
)
if [ "$passed" = 0 ]; then
  echo "no test passed" >&2
  status=1
fi
# What could not even be built or started counts as one that failed.
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
[ "${#skips[@]}" = 0 ] || printf '%s\n' "${skips[@]}"
echo "tests: $passed passed, $failed failed, $skipped skipped" | tee target/tests.summary
exit "$status"
