#!/usr/bin/env bash
# Installs the Debian packages of the C libraries that Myelin stands on, and what Swift itself needs
# of the system to run, compile and link, where they are missing.
#
# usage: Scripts/install-libraries.sh [another package to install]...
#
# Touches nothing, and no network, when all are there. Installs as root, or through sudo when that
# asks for no password; otherwise stops and says what to install.
set -euo pipefail

# A package, and a header that only it brings.
packages=(
  "libopenblas-openmp-dev openblas-openmp/cblas.h"
  "libdnnl-dev oneapi/dnnl/dnnl.h"
  "zlib1g-dev zlib.h"
  "libpng-dev png.h"
  "libjpeg-dev jpeglib.h"
)

is_installed() {
  if command -v dpkg-query >/dev/null; then
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
  else
    # Not a Debian system: take the header as a sign.
    local folder
    for folder in /usr/include /usr/include/"$(uname -m)"-linux-gnu /usr/local/include; do
      if [ -e "$folder/$2" ] || [ -e "$folder/${2##*/}" ]; then return 0; fi
    done
    return 1
  fi
}

missing=("$@")
for entry in "${packages[@]}"; do
  read -r package header <<<"$entry"
  is_installed "$package" "$header" || missing+=("$package")
done
# GNU OpenMP's runtime comes with a version of GCC, of which any will do.
compgen -G "/usr/lib/gcc/*/*/libgomp.so" >/dev/null || missing+=("libgcc-12-dev")
# Swift brings its compilers, but takes the C library's headers and the linker from the system.
[ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
command -v ld >/dev/null || missing+=(binutils)
# The shared libraries that its programs load, and Foundation's parts with them.
declare -A loaded=(
  [libncurses.so.6]=libncurses6 [libsqlite3.so.0]=libsqlite3-0 [libcurl.so.4]=libcurl4
  [libxml2.so.2]=libxml2
)
if builder=$(command -v swift-build) && command -v ldd >/dev/null; then
  while read -r library _; do
    missing+=("${loaded[$library]:-$library}")
  done < <(ldd "$builder" | grep 'not found')
fi
[ ${#missing[@]} -gt 0 ] || exit 0

say_and_stop() {
  {
    echo "Myelin needs packages that are not installed: ${missing[*]}"
    echo "$1: apt-get install ${missing[*]}"
  } >&2
  exit 1
}

command -v apt-get >/dev/null ||
  say_and_stop "Install them, or what your system calls them; on Debian or Ubuntu, as root"

if [ "$(id -u)" -eq 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null && sudo --non-interactive true 2>/dev/null; then
  as_root=(sudo --non-interactive env)
else
  say_and_stop "This user may not install them. As root"
fi

echo "Installing ${missing[*]}" >&2
install=(apt-get install --yes --quiet --no-install-recommends "${missing[@]}")
# The package lists of a fresh machine are empty or old: fetch them only when they do not do.
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null 2>&1 || {
  "${as_root[@]}" apt-get update --quiet >/dev/null &&
    "${as_root[@]}" DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null
} || say_and_stop "Installing them failed. As root"
