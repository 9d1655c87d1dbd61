#!/bin/sh
# Makes .venv with the project (editable) and its test tools: with uv and uv.lock where that works,
# else with venv and pip, unlocked. Whichever index the user's pip or uv is set up for is used.
set -eu
cd "$(dirname "$0")/.."

ready=.venv/.ready
here=$(pwd -P)
# A user's own settings must not move the environment elsewhere.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH || :
export UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS="${UV_PYTHON_DOWNLOADS:-never}"
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*" >&2; }

# The first Python of 3.11 or later that really starts (a shim on PATH may not).
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Scripts in an environment hold absolute paths: one that was made elsewhere is no use here.
drop_foreign() {
    if [ -e .venv ] && ! { [ "$(cat .venv/.made-in 2>/dev/null)" = "$here" ] &&
        .venv/bin/python -c '' 2>/dev/null; }; then
        rm -rf .venv
    fi
}

install_with_uv() {
    say "Setting up .venv with uv (once; a minute or so) …"
    uv sync --quiet --locked --extra test ${PYTHON:+--python "$PYTHON"}
}

make_venv() {
    if "$1" -m venv .venv 2>/dev/null; then return 0; fi
    # Some systems ship Python without ensurepip: then the pip outside installs into the new one.
    rm -rf .venv
    "$1" -m venv --without-pip .venv && "$1" -m pip --python .venv/bin/python --version >/dev/null
}

run_pip() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip "$@"
    else
        "$python" -m pip --python .venv/bin/python "$@"
    fi
}

install_with_pip() {
    if ! python=$(find_python); then
        say "Copydesk needs Python 3.11 or later, and found none on PATH."
        say "Install one (https://www.python.org/downloads/), or name it: make PYTHON=/path/to/python3"
        exit 1
    fi
    say "Setting up .venv with $python and pip (once; two minutes or so) …"
    rm -rf .venv
    if ! make_venv "$python"; then
        say "$python can make no virtual environment: install its venv module (Debian and Ubuntu:"
        say "apt-get install python3-venv), or uv (https://docs.astral.sh/uv/), and try again."
        exit 1
    fi
    run_pip install --quiet --quiet --editable '.[test]'
}

rm -f "$ready"
drop_foreign
if command -v uv >/dev/null 2>&1; then
    install_with_uv || { say "uv could not do it (see above): trying pip, without the lock."; install_with_pip; }
else
    install_with_pip
fi
# Prefect starts twice as fast from bytecode, which uv leaves out, as does a Python that was told
# not to write it. Some packages carry files for other Pythons that don't compile: that is fine.
.venv/bin/python -m compileall -q -j 0 .venv/lib flows tasks warehouse >/dev/null 2>&1 || :
printf '%s\n' "$here" >.venv/.made-in
touch "$ready"
say "Ready: .venv ($(.venv/bin/python --version))"
