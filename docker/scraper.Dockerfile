# The scraper: Python with Playwright and its Chromium. (R-DOC-2)
#
#   docker build -f docker/scraper.Dockerfile .
#
# Needs of packages/scraper: requirements.txt, in which everything is pinned, playwright (1.49 or later) and uvicorn
# among it; src/main.py with the ASGI application `app`, which answers /health.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/tmp/pip
WORKDIR /app
RUN python -m venv /venv
COPY packages/scraper/requirements.txt ./
RUN --mount=type=cache,id=pip,target=/tmp/pip,sharing=locked /venv/bin/pip install -r requirements.txt

# The browser that this very version of Playwright was made for. The headless shell alone is half the size; a scraper
# that wants a whole Chromium ("channel": "chromium") builds with --build-arg CHROMIUM="chromium".
FROM build AS browser
ARG CHROMIUM="--only-shell chromium"
ENV PLAYWRIGHT_BROWSERS_PATH=/browsers
RUN /venv/bin/playwright install ${CHROMIUM}
COPY --chmod=755 docker/scraper/chromium.sh /usr/local/bin/chromium.sh
# The browser's place is taken by a script that starts it with $CHROMIUM_FLAGS, so the flags hold however it is launched.
RUN find /browsers -type f \( -name headless_shell -o -name chrome-headless-shell -o -name chrome \) -perm -u+x >/tmp/found \
 && test -s /tmp/found \
 && while read -r browser; do mv "$browser" "$browser.bin" && cp /usr/local/bin/chromium.sh "$browser"; done </tmp/found

FROM ${PYTHON_IMAGE} AS runtime
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PLAYWRIGHT_BROWSERS_PATH=/browsers \
    CHROMIUM_FLAGS="--no-sandbox --disable-dev-shm-usage --disable-gpu" \
    HOME=/tmp
COPY --from=build /venv /venv
# curl is for the health check. tini, as process 1, buries the processes that browsers leave. Playwright knows the
# libraries that its Chromium needs.
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl tini \
 && playwright install-deps chromium \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd -g 1001 morket \
 && useradd -M -d /tmp -u 1001 -g morket -s /usr/sbin/nologin morket
COPY --from=browser /browsers /browsers
WORKDIR /app
# Everything belongs to root: the application can read itself and change nothing. What it and the browser write goes to
# /tmp, the only directory that has to be writable; --disable-dev-shm-usage keeps the browser out of /dev/shm, which has
# 64 MB in Docker and on Fargate.
COPY packages/scraper/ ./
# By number, so that a runtime can see that this is not root.
USER 1001:1001
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD curl -f http://localhost:8001/health || exit 1
ENTRYPOINT ["/usr/bin/tini", "--"]
# uvicorn closes a connection that was idle for 5 seconds. The load balancer must be the first to close one, or it sends requests
# into connections that close: these seconds are more than spec.compute.loadBalancer.idleTimeoutSeconds can be.
CMD ["uvicorn", "src.main:app", "--host", "0.0.0.0", "--port", "8001", "--timeout-keep-alive", "4060"]
