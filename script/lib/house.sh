# What every script of this folder shares: where things are, how to say something, what must be installed.
# Sourced, never run. Installs only what is missing, and says what and why before it does.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/enterview"

# Builds lie outside the clone, so that a second clone starts warm and a clone can be thrown away.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
export npm_config_cache="${npm_config_cache:-$cache/npm}"

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Packages that are not installed, of those named.
missing() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)" = "install ok installed" ] || printf '%s ' "$package"
  done
}

# packages WHY PACKAGE…: installs what is missing, or prints the line to paste.
packages() {
  local why=$1 absent run=()
  shift
  command -v dpkg-query >/dev/null || { say "This is no Debian or Ubuntu; $why needs what they call: $*"; return 0; }
  absent=$(missing "$@")
  [ -n "$absent" ] || return 0
  if [ "$(id -u)" = 0 ]; then run=()
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then run=(sudo -n)
  else
    stop "$why needs packages that are not here. Paste this line, then start again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $absent"
  fi
  say "Installing for $why: $absent"
  "${run[@]}" apt-get -o DPkg::Lock::Timeout=300 update -q >/dev/null || say "The list of packages could not be renewed; going on with the old one."
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $absent >/dev/null \
    || stop "The packages could not be installed. By hand: sudo apt-get install -y --no-install-recommends $absent"
}

# version_at_least HAVE NEED
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

tools() {
  local have
  if ! command -v cargo >/dev/null && [ -f "$HOME/.cargo/env" ]; then
    # shellcheck disable=SC1091
    . "$HOME/.cargo/env"
  fi
  command -v cargo >/dev/null || stop "Rust is not here. Install it from https://rustup.rs, then start again."
  have=$(rustc --version | cut -d' ' -f2)
  version_at_least "$have" 1.95 || stop "Rust $have is too old; 1.95 is needed: rustup update stable"
  command -v npm >/dev/null || stop "Node is not here. Install Node 20 or later (https://nodejs.org), then start again."
  have=$(node --version | tr -d v)
  version_at_least "$have" 20 || stop "Node $have is too old; 20 is needed (https://nodejs.org)."
}

to_build() { packages "building" build-essential pkg-config libssl-dev libwebkit2gtk-4.1-dev curl ca-certificates; tools; }

# A rehearsal looks into what it made for words that must not be there; into a PDF with pdftotext.
to_rehearse() {
  to_build
  packages "looking into a PDF" poppler-utils
}

to_test() {
  to_rehearse
  packages "the tests" webkit2gtk-driver xvfb xauth fonts-dejavu-core imagemagick chromium postgresql git \
    default-jdk-headless libjaxb-java python3-pip python3-aiosmtpd unzip
}

# The screens go into the tablet's program, so they are built first; nothing is done when they are newer than their sources.
screens() {
  local ui="$here/ui"
  [ -f "$ui/package.json" ] || return 0
  if [ ! -f "$ui/node_modules/.package-lock.json" ] || [ "$ui/package-lock.json" -nt "$ui/node_modules/.package-lock.json" ]; then
    say "Fetching what the screens are built with."
    (cd "$ui" && npm ci --no-audit --no-fund --loglevel=error >&2)
    touch "$ui/node_modules/.package-lock.json"
  fi
  if [ ! -f "$ui/dist/index.html" ] || [ -n "$(find "$ui/src" "$ui/index.html" "$ui"/*.json "$ui"/*.js "$ui"/*.ts "$ui/messages" "$ui/public" -newer "$ui/dist/index.html" 2>/dev/null | head -n 1)" ]; then
    say "Building the tablet's screens."
    (cd "$ui" && npm run --silent build >&2)
    touch "$ui/dist/index.html"
  fi
}

# Builds every program; the first time takes some minutes. All of them each time: a smaller choice would choose other
# features below, and build the largest crates a second time.
programs() {
  [ -x "$CARGO_TARGET_DIR/debug/enterview" ] || say "Building for the first time: five to ten minutes on two cores; later, seconds."
  (cd "$here" && cargo build --locked --quiet --workspace --bins) || stop "The build failed; what went wrong stands above."
}

program() { printf '%s/debug/%s' "$CARGO_TARGET_DIR" "$1"; }
