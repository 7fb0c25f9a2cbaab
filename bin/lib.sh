# shellcheck shell=bash
# What the commands share; sourced, never run.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# A closed standard input would lend its descriptor to the next file that is opened.
{ : <&0; } 2>/dev/null || exec </dev/null

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() {
  complain "$*"
  exit 1
}

# shown <label> <log> <command...>: runs the command with its output in <log>, tells how it goes on,
# and shows the end of the log when it fails.
shown() {
  local label=$1 log=$2
  shift 2
  mkdir -p -- "$(dirname -- "$log")"
  if "$@" 2>&1 | follow "$label" "$log"; then return 0; fi
  complain "$label: failed. The end of $log:"
  tail -n 80 -- "$log" >&2
  return 1
}

# follow <label> <log>: copies standard input to <log>. A terminal sees the latest line in place;
# anything else gets a line from time to time.
follow() {
  local label=$1 log=$2 started=$SECONDS next=$((SECONDS + 15)) line='' part latest='' out status
  exec {out}>"$log"
  while true; do
    status=0
    IFS= read -r -t 1 part || status=$?
    line+=$part
    if ((status == 0)); then
      printf '%s\n' "$line" >&"$out"
      latest=$line line=''
      # Of ninja's "[3/90] Building CXX object long/path/file.cc.o" the two ends tell enough.
      [[ $latest != '['*' Building '*/* ]] || latest="${latest%% Building*} ${latest##*/}"
    elif ((status <= 128)); then
      break
    fi
    if [[ -t 1 ]]; then
      printf '\r%s (%d s) %.60s\033[K' "$label" $((SECONDS - started)) "$latest"
    elif ((SECONDS >= next)); then
      printf '%s (%d s) %.60s\n' "$label" $((SECONDS - started)) "$latest"
      next=$((SECONDS + 15))
    fi
  done
  [[ -z $line ]] || printf '%s\n' "$line" >&"$out"
  [[ ! -t 1 ]] || printf '\r\033[K'
}

# How many compilers at once: one per core, as long as each has 1.5 GB of memory.
compile_jobs() {
  local cores room
  cores=$(nproc)
  room=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || true)
  [[ -n $room ]] || room=$cores
  ((room >= 1)) || room=1
  say $((room < cores ? room : cores))
}

# build <preset> [ninja arguments]: configures build/<preset> when it must, then builds what
# changed.
build() {
  local preset=$1 directory=$root/build/$1
  shift
  # A tree that was moved or copied cannot use the build of its old place.
  if [[ -f $directory/CMakeCache.txt ]] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$directory/CMakeCache.txt"; then
    rm -rf -- "$directory"
  fi
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  if [[ ! -f $directory/build.ninja ]]; then
    say "Configuring build/$preset"
    shown "Configuring" "$root/build/logs/$preset-configure.log" \
      cmake -S "$root" --preset "$preset" || return 1
  fi
  say "Building build/$preset"
  shown "Building" "$root/build/logs/$preset-build.log" \
    ninja -C "$directory" -j "$(compile_jobs)" "$@"
}
