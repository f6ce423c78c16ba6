// Keeps HTTP connections open longer than the load balancer does: node --import ./keepalive.mjs dist/index.js. Node closes a
// connection that was idle for 5 seconds. When the load balancer sends a request at that moment, the visitor gets a 502.
import http from 'node:http';

// Longer than the largest spec.compute.loadBalancer.idleTimeoutSeconds.
const KEEP_ALIVE_SECONDS = 4060;

const { listen } = http.Server.prototype;
http.Server.prototype.listen = function (...args) {
  // 0 closes no idle connection at all.
  if (this.keepAliveTimeout > 0) this.keepAliveTimeout = Math.max(this.keepAliveTimeout, KEEP_ALIVE_SECONDS * 1000);
  return listen.apply(this, args);
};
