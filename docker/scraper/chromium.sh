#!/bin/sh
#
# Stands in the place of Playwright's browser and starts it, which lies beside it, with the flags that it needs in a
# container: https://playwright.dev/python/docs/docker says why. Whatever the caller asks for comes after them.

# The flags are words: they are meant to be split.
# shellcheck disable=SC2086
exec "$0.bin" ${CHROMIUM_FLAGS:-} "$@"
