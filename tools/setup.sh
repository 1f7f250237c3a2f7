#!/bin/sh
# Sets up .venv from one lock file: tools/setup.sh run|dev|bench. Needs Python 3.11 to 3.13 with venv; nothing else, no root.
set -eu
lock="requirements/$1.txt"
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# Above 3.13 a needed package (pyjpegls) is not yet there in built form.
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    say "ILC needs Python 3.11, 3.12 or 3.13, and none was found (python3 here: $(python3 --version 2>&1 || echo none))."
    say "Install one (on Debian or Ubuntu: apt install python3 python3-venv; on a Mac: brew install python@3.13),"
    say "or name yours:  make setup PYTHON=/path/to/python3.12"
    return 1
}

if [ ! -x .venv/bin/python ] || ! fits .venv/bin/python || [ ! -x .venv/bin/pip ]; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "$python has no venv module, so no private set-up folder can be made."
        say "On Debian or Ubuntu: apt install python3-venv. Then run the same command again."
        exit 1
    fi
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
fi

if [ ! -x .venv/bin/uv ] || [ "$(.venv/bin/uv --version | cut -d' ' -f2)" != "$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements/bootstrap.txt)" ]; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
fi

# Built packages only: nothing from outside is compiled or run while installing.
say "Installing $lock ..."
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: --compile-bytecode -r "$lock"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
