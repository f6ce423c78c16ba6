# The backend: the API and, with another command, the Temporal worker and the migrations. (R-DOC-1)
#
#   docker build -f docker/backend.Dockerfile .
#
# Needs of packages/backend: package.json and package-lock.json; `npm run build` writes dist/, with dist/index.js (the
# API), dist/worker.js (the Temporal worker) and dist/migrate.js (applies all migrations, then ends); the driver `pg`
# among its dependencies.
ARG NODE_IMAGE=node:24.19.0-alpine3.23

# Manifests come first: the layers with the dependencies stay as they are until one of these two files changes.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
ENV NPM_CONFIG_CACHE=/tmp/npm
COPY packages/backend/package.json packages/backend/package-lock.json ./

FROM manifests AS build
RUN --mount=type=cache,id=npm,target=/tmp/npm,sharing=locked npm ci
COPY packages/backend/ ./
RUN npm run build

FROM manifests AS dependencies
RUN --mount=type=cache,id=npm,target=/tmp/npm,sharing=locked npm ci --omit=dev

FROM ${NODE_IMAGE} AS runtime
# curl is for the health check. tini, as process 1, hands signals on and buries what the migrations leave.
RUN apk add --no-cache curl tini \
 && addgroup -g 1001 morket \
 && adduser -D -H -u 1001 -G morket morket
WORKDIR /app
ENV NODE_ENV=production
# Everything belongs to root: the application can read itself and change nothing. What it writes goes to /tmp, the only
# directory that has to be writable.
COPY --from=dependencies /app/node_modules ./node_modules
COPY packages/backend/package.json docker/backend/keepalive.mjs docker/backend/migrate.mjs ./
COPY --from=build /app/dist ./dist
# By number, so that a runtime can see that this is not root.
USER 1001:1001
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD curl -f http://localhost:3000/api/v1/health || exit 1
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["node", "--import", "./keepalive.mjs", "dist/index.js"]
