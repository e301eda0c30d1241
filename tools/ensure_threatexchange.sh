#!/usr/bin/env bash
# The real client of hash lists, Meta's threatexchange, in an environment of its own under .tools/, with only what its clients import:
# of its dependencies one has no wheel and others are large, and they serve the making of hashes, which no test does.
set -euo pipefail
cd "$(dirname "$0")/.."
target=.tools/threatexchange
lock=requirements/threatexchange.lock
stamp="$target/.installed"
if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi
uv=${UV:-.venv/bin/uv}
rm -rf "$target"
if VIRTUAL_ENV="" "$uv" venv --quiet --python .venv/bin/python "$target" \
  && VIRTUAL_ENV="$PWD/$target" "$uv" pip install --quiet --no-deps --require-hashes -r "$lock"; then
  cp "$lock" "$stamp"
else
  echo "THE TEST WITH THE CLIENT OF THREATEXCHANGE CANNOT RUN: requirements/threatexchange.lock cannot be installed. It will fail, not be skipped." >&2
fi
