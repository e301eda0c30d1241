#!/usr/bin/env bash
# axe-core (MPL-2.0), the accessibility checker that browser tests run in their pages: one script, under .tools/. Nothing ships it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=.tools/axe
lock=requirements/axe.lock
stamp="$target/.installed"
if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi
uv=${UV:-.venv/bin/uv}
rm -rf "$target"
if "$uv" pip install --quiet --python .venv/bin/python --no-deps --require-hashes --target "$target" -r "$lock"; then
  cp "$lock" "$stamp"
else
  echo "THE ACCESSIBILITY TESTS CANNOT RUN: requirements/axe.lock cannot be installed. They will fail, not be skipped." >&2
fi
