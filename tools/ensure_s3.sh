#!/usr/bin/env bash
# A real S3 server for the tests, moto's, in an environment of its own under .tools/: its dependencies are not ours.
set -euo pipefail
cd "$(dirname "$0")/.."
target=.tools/s3
lock=requirements/s3.lock
stamp="$target/.installed"
if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi
uv=${UV:-.venv/bin/uv}
rm -rf "$target"
if VIRTUAL_ENV="" "$uv" venv --quiet --python .venv/bin/python "$target" \
  && VIRTUAL_ENV="$PWD/$target" "$uv" pip install --quiet --require-hashes -r "$lock"; then
  cp "$lock" "$stamp"
else
  echo "THE TESTS WITH AN S3 SERVER CANNOT RUN: requirements/s3.lock cannot be installed. They will fail, not be skipped." >&2
fi
