#!/usr/bin/env bash
# A Chromium for the browser tests: the one that is there, or Debian's package when we may install it.
set -euo pipefail
if [ -n "${TEST_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium for the browser tests" >&2
  log=$(mktemp)
  if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >"$log" 2>&1; then exit 0; fi
  tail -n 20 "$log" >&2
fi
echo "THE BROWSER TESTS CANNOT RUN: there is no Chromium, and it could not be installed." >&2
echo "Install it (Debian: apt-get install chromium), or set TEST_CHROMIUM to its path. They will fail, not be skipped." >&2
