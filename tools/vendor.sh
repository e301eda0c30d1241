#!/usr/bin/env bash
# Takes the browser's libraries into src/tipline/console/static/console/vendor, out of exactly these npm packages: `make vendor`.
# The files are committed; tests/unit/console/test_vendor.py holds their digests.
set -euo pipefail
cd "$(dirname "$0")/.."
vendor=$PWD/src/tipline/console/static/console/vendor
npm=${NPM:-npm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
take() { # name, version, integrity as npm states it, files of the package
  (cd "$work" && "$npm" pack --silent --ignore-scripts "$1@$2" >/dev/null)
  found="sha512-$(openssl dgst -sha512 -binary "$work/$1-$2.tgz" | openssl base64 -A)"
  [ "$found" = "$3" ] || { echo "$1 $2 is not the file that was looked at: $found" >&2; exit 1; }
  rm -rf "${vendor:?}/$1"
  mkdir -p "$vendor/$1"
  for file in "${@:4}"; do tar xzOf "$work/$1-$2.tgz" "package/$file" >"$vendor/$1/$(basename "$file")"; done
}
take leaflet 1.9.4 sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA== \
  dist/leaflet.js dist/leaflet.css LICENSE

# The fonts of printed papers (core/printing): TrueType, which the typesetter reads.
fonts=$PWD/src/tipline/core/printing/fonts
take_font() { # name, version, integrity, folder and file of the package, where it goes
  (cd "$work" && "$npm" pack --silent --ignore-scripts "@expo-google-fonts/$1@$2" >/dev/null)
  pack=$work/expo-google-fonts-$1-$2.tgz
  found="sha512-$(openssl dgst -sha512 -binary "$pack" | openssl base64 -A)"
  [ "$found" = "$3" ] || { echo "$1 $2 is not the file that was looked at: $found" >&2; exit 1; }
  for weight in 400Regular 700Bold; do tar xzOf "$pack" "package/$weight/$4_$weight.ttf" >"$fonts/$4-${weight#???}.ttf"; done
  tar xzOf "$pack" package/LICENSE_FONT >"$fonts/LICENSE-$4"
}
mkdir -p "$fonts"
take_font noto-sans 0.4.2 sha512-zYD8G2ijWLxqmquoQgghNh/x9p0yxWwArD0oxO1oXY1qx5vOd4t0Kbhnu/Cx8RTy08OgA8RtxuULZFaXwVPnPw== NotoSans
take_font noto-sans-devanagari 0.4.1 sha512-26boYPNKGP1r4R5MxsMAY/zCQOwiXLOJzX8sh1a2oEWyQurQsyniaCv4992c+9jjwshEEt2NNVv5GcnyzaL7QQ== NotoSansDevanagari
