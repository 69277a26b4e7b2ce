#!/usr/bin/env bash
# ./build.sh [target] [--argument=value …]: runs a task of build.cake with the tools that .config/dotnet-tools.json pins.
# ./build.sh benchmark [-- argument …]: runs Chatbox.Benchmarks with these arguments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build server or MSBuild node may outlive the build: a caller that waits for our output would wait for theirs too.
export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

target=Default
if [[ $# -gt 0 && $1 != -* ]]; then
    target=$1
    shift
fi

# ./build.sh benchmark -- …: the rest are the arguments of the benchmarks.
if [[ ${1:-} == -- ]]; then
    shift
    set -- "--benchmark=$*"
fi

summary=artifacts/tests/summary.txt
rm -f "$summary"

status=0
dotnet tool restore </dev/null && dotnet cake build.cake --target="$target" "$@" </dev/null || status=$?

# Cake ends with its own report. The test summary follows, so that it is the last thing in the log.
if [[ -f $summary ]]; then
    cat "$summary"
fi
exit "$status"
