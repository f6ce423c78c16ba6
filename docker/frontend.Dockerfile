# The frontend: the site as nginx serves it behind the load balancer, and as plain files for CloudFront's bucket.
# (R-DOC-3)
#
#   docker build -f docker/frontend.Dockerfile .
#   docker build -f docker/frontend.Dockerfile --target site --output site .
#
# Needs of packages/frontend: package.json and package-lock.json; `npm run build` writes dist/, with index.html and
# files whose names carry a hash of their content in dist/assets/ (as Vite does).
ARG NODE_IMAGE=node:24.19.0-alpine3.23
ARG NGINX_IMAGE=nginx:1.30.0-alpine3.23

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NPM_CONFIG_CACHE=/tmp/npm
COPY packages/frontend/package.json packages/frontend/package-lock.json ./
RUN --mount=type=cache,id=npm,target=/tmp/npm,sharing=locked npm ci
COPY packages/frontend/ ./
# Where the API is found, as the bundle has it in import.meta.env.VITE_API_URL. Empty means: where the site is.
ARG API_URL=""
RUN VITE_API_URL="${API_URL}" npm run build

# Nothing but the files, to be copied out.
FROM scratch AS site
COPY --from=build /app/dist/ /

FROM ${NGINX_IMAGE} AS runtime
# curl is for the health check. The capability lets nginx bind port 80 although it never runs as root. Docker, since
# 20.10, lets every user bind any port (net.ipv4.ip_unprivileged_port_start=0), but Fargate does not
# (aws/containers-roadmap#1721), and a task definition cannot add the capability there: it must be the file's, and
# be among those that the container may have at all, as it is by default. So:
#   - `cap_drop: [ALL]` needs `cap_add: [NET_BIND_SERVICE]`, or the program does not start ("Operation not permitted");
#   - `no-new-privileges` takes the capability away again, so it does for Docker, and not for Fargate.
RUN apk add --no-cache curl \
 && apk add --no-cache --virtual .setcap libcap-setcap \
 && setcap cap_net_bind_service=+ep /usr/sbin/nginx \
 && apk del .setcap \
 && rm -rf /usr/share/nginx/html/* /etc/nginx/conf.d/* /docker-entrypoint.d/*
COPY docker/nginx/nginx.conf /etc/nginx/nginx.conf
COPY --from=site / /usr/share/nginx/html/
# nginx's own user in this image, by number, so that a runtime can see that this is not root. It writes to /tmp alone.
USER 101:101
EXPOSE 80
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD curl -f http://localhost:80/ || exit 1
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/sbin/nginx"]
CMD ["-g", "daemon off;"]
