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
take cytoscape 3.35.0 sha512-sMvBIXiGMnhkCaWz2R06FwF/27MNlS+Tqvi17foO9UhnUg3XGZccKjxsvEqQFAQYMSSZmN5SxYzUYlQ0DOJJ3g== \
  dist/cytoscape.min.js LICENSE

# The fonts of printed papers (core/printing): TrueType, which the typesetter reads.
fonts=$PWD/src/tipline/core/printing/fonts
take_font() { # name, version, integrity as npm states it, how its files are named, weights
  (cd "$work" && "$npm" pack --silent --ignore-scripts "@expo-google-fonts/$1@$2" >/dev/null)
  pack=$work/expo-google-fonts-$1-$2.tgz
  found="sha512-$(openssl dgst -sha512 -binary "$pack" | openssl base64 -A)"
  [ "$found" = "$3" ] || { echo "$1 $2 is not the file that was looked at: $found" >&2; exit 1; }
  for weight in "${@:5}"; do tar xzOf "$pack" "package/$weight/$4_$weight.ttf" >"$fonts/$4-${weight#???}.ttf"; done
  tar xzOf "$pack" package/LICENSE_FONT >"$fonts/LICENSE-$4"
}
mkdir -p "$fonts"
take_font noto-sans 0.4.2 sha512-zYD8G2ijWLxqmquoQgghNh/x9p0yxWwArD0oxO1oXY1qx5vOd4t0Kbhnu/Cx8RTy08OgA8RtxuULZFaXwVPnPw== NotoSans 400Regular 700Bold
take_font noto-sans-devanagari 0.4.1 sha512-26boYPNKGP1r4R5MxsMAY/zCQOwiXLOJzX8sh1a2oEWyQurQsyniaCv4992c+9jjwshEEt2NNVv5GcnyzaL7QQ== NotoSansDevanagari 400Regular 700Bold
# Names and words that a report states in other scripts of India: one weight each, since no line of ours is written in them.
take_font noto-sans-gujarati 0.4.2 sha512-KtJySkho6C2Yf28dZx1SYwAs671hncIpBpIlTDzxLv7i7iOFJ2p74nzyP23aY04HUm28ELX7r86Dmui/qpLpMg== NotoSansGujarati 400Regular
take_font noto-sans-gurmukhi 0.4.1 sha512-yAaWoUawvVD/50HnZWN1lABWOy9eNcbS3i9bRjoXwEueaoI7E2dTd7liA2BcJ/uTkFUgYWd5QOjIfoCXnTo44Q== NotoSansGurmukhi 400Regular
take_font noto-sans-bengali 0.4.4 sha512-Ya58tLTEdP4P5EF3ZXTM829/g57mbfW8OrD16MMZr2sC3nIKItl/3J9tZlk1nrtqfFGzIgxb+zt/hLjAaTAQgQ== NotoSansBengali 400Regular
take_font noto-sans-tamil 0.4.3 sha512-1TBkwJ8gJPnt1UIC+um987hYb/QmRDATGKbtwDW6dajISxr8b7+EVjwMESMJaQxfNS8VWE4IBT2jYmpBGw4D+w== NotoSansTamil 400Regular
take_font noto-sans-telugu 0.4.2 sha512-t5wZI1/2u69ugVr2v9P4Qqt9BHHwDQ/26+1p9MLrwf1lNSW64Mw16AIRzGWIOcRMd0drYWeZzZO1DqoFts3KiA== NotoSansTelugu 400Regular
take_font noto-sans-kannada 0.4.3 sha512-nFDeSKVlpCJpd4x4E+W5WwfJVJ5fGN5pa/szOvE9GotDEYTPuhd8SzKYsQ4F2PVbzXRT21jMXxJ70tKPvItuGA== NotoSansKannada 400Regular
take_font noto-sans-malayalam 0.4.2 sha512-TZfS4nKhsQftD4nJr5R4fOO7EKe0L5RAscmYehignHr5JJVzW49Nxom0w0rnmHDU2iV3zWIOeyx3rN3bkHGI0A== NotoSansMalayalam 400Regular
take_font noto-sans-oriya 0.4.2 sha512-sKGcpny4wTSs3ooReAN2Nrore5tkVtEdgBkDN2qsxubpY2UBmtrE+DOQSYLq0zqkiH5rtIuQJwr0GcLXH3DbaQ== NotoSansOriya 400Regular
take_font noto-sans-arabic 0.4.3 sha512-YvtxyuegxPegu2g5urXJ+gQxRp8i798nQswTmEjwXOWR/fqy0Gvey6h5IoNRBrc43SxRxPezqCiR9ivpfPAXSg== NotoSansArabic 400Regular
