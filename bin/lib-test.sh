# shellcheck shell=bash
# What the parts of ./test share; sourced, never run.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

logs=$root/build/test-logs
mkdir -p -- "$logs"
# A leak, a use after return and a stack trace for what is undefined: found where they happen.
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:check_initialization_order=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

# These two lines are what tools/count_results.py counts for runners that have no summary of their
# own.
check_passed() { say "check passed: $*"; }
check_failed() { say "check failed: $*"; }

# check <name> <command...>: one check, passed when the command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then check_passed "$name"; else check_failed "$name"; fi
}

# project_files <pattern>...: the project's own files, also those not committed yet.
# The safe.directory is for a checkout that belongs to another user, as in a container.
repository() { git -c safe.directory="$root" -C "$root" "$@"; }
project_files() { repository ls-files -co --exclude-standard --deduplicate -- "$@"; }

# run_gtest <binary>: shows what failed and the summary. A binary that dies before its summary is a
# failed check that names the test it died in.
run_gtest() {
  local binary=$1 name=${1##*/} status=0 last
  timeout -k 10 480 "$binary" >"$logs/$name.log" 2>&1 </dev/null || status=$?
  say "== $name"
  grep -vE '^\[( RUN      |       OK |----------)\]|^$' "$logs/$name.log" || true
  if ! grep -qE '^\[==========\] .* ran\.' "$logs/$name.log"; then
    last=$(grep -F '[ RUN      ]' "$logs/$name.log" | tail -n 1 || true)
    check_failed "$name ended with $status in ${last#*] }"
  elif ((status != 0)) && ! grep -qE '^\[  FAILED  \] [0-9]+ test' "$logs/$name.log"; then
    check_failed "$name ended with $status after its tests"
  fi
}

# run_gtests <preset> <path in the build>...: builds all of them, then runs those that could be
# built.
run_gtests() {
  local preset=$1 path
  shift
  build "$preset" -k 0 "${@##*/}" || true
  for path in "$@"; do
    if ninja -C "$root/build/$preset" "${path##*/}" >/dev/null 2>&1; then
      run_gtest "$root/build/$preset/$path"
    else
      check_failed "${path##*/} could not be built"
    fi
  done
}
