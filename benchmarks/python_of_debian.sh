#!/usr/bin/env bash
# Pass the tests with a Python that this system does not have: the one of another Debian, in a
# folder of its own (a chroot). Debian or Ubuntu, as root, with debootstrap; minutes long.
#
#   bash benchmarks/python_of_debian.sh 3.14 sid FOLDER
set -euo pipefail
version=${1:?which Python, such as 3.14} suite=${2:?of which Debian, such as sid} root=${3:?a folder}
course=$(cd "$(dirname "$0")/.." && pwd)

if [ ! -x "$root/usr/bin/python$version" ]; then
  debootstrap --variant=minbase --include="python$version,python$version-venv,make,ca-certificates" \
    "$suite" "$root"
fi

# What pip and Jupyter need from the system around them: names, certificates, /proc and /dev.
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
for name in proc dev; do mount --bind "/$name" "$root/$name"; done
trap 'umount "$root/proc" "$root/dev"' EXIT

rm -rf "$root/course"
git clone --quiet "$course" "$root/course"
chroot "$root" env HOME=/root CI=true make -C course test PYTHON="python$version"
