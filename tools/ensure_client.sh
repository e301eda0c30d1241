#!/usr/bin/env bash
# The real client of the provider door, ncmec-cybertip, in its own Python 3.13 environment under .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
target=.tools/client
lock=requirements/client.lock
stamp="$target/.installed"
if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi
uv=${UV:-.venv/bin/uv}

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null; }
python=""
for candidate in "${TEST_PYTHON313:-}" python3.14 python3.13 python3 \
  "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[3-9].*/bin/python3 /opt/python*/bin/python3.13; do
  if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && works "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
  "$uv" python install --quiet 3.13 2>/dev/null || true
  python=$("$uv" python find 3.13 2>/dev/null || true)
fi
if [ -z "$python" ] || ! works "$python"; then
  echo "THE TEST WITH THE REAL CLIENT CANNOT RUN: ncmec-cybertip needs Python 3.13, and there is none here." >&2
  echo "Install one, or set TEST_PYTHON313 to its path. The test will fail, not be skipped." >&2
  exit 0
fi
rm -rf "$target"
VIRTUAL_ENV="" "$uv" venv --quiet --python "$python" "$target"
VIRTUAL_ENV="$PWD/$target" "$uv" pip install --quiet --require-hashes -r "$lock"
cp "$lock" "$stamp"
