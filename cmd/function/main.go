// Command function serves the platform's composition function to Crossplane.
package main

import (
	"errors"
	"fmt"

	"github.com/alecthomas/kong"
	function "github.com/crossplane/function-sdk-go"
	"google.golang.org/grpc/health"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/morket-io/platform/functions"
)

// CLI is the command line. Crossplane starts the function with TLS_SERVER_CERTS_DIR set, and nothing else.
type CLI struct {
	Network            string `default:"tcp" help:"Network to listen on for Crossplane's requests."`
	Address            string `default:":9443" help:"Address to listen on for Crossplane's requests."`
	TLSCertsDir        string `env:"TLS_SERVER_CERTS_DIR" help:"Directory with the server's tls.crt and tls.key, and the ca.crt that Crossplane's client certificate is checked against."`
	Insecure           bool   `help:"Serve without mTLS. Only for development: anybody who reaches the address may then call."`
	MaxRecvMessageSize int    `default:"16" help:"Largest request, in MB. Crossplane sends all observed resources of a platform."`
	MetricsAddress     string `help:"Address to serve Prometheus metrics on, such as 127.0.0.1:8080. Off unless given."`
	Health             bool   `help:"Answer gRPC health checks beside Crossplane's requests. Off unless asked for."`
	Debug              bool   `short:"d" help:"Log every call. Names and numbers only: never what a resource holds."`
}

// Run serves until the process ends.
func (c *CLI) Run() error {
	if c.TLSCertsDir == "" && !c.Insecure {
		return errors.New("no TLS certificates: give their directory with --tls-certs-dir or TLS_SERVER_CERTS_DIR, or serve without mTLS, for development only, with --insecure")
	}
	log, err := function.NewLogger(c.Debug)
	if err != nil {
		return fmt.Errorf("cannot make a logger: %w", err)
	}
	options := []function.ServeOption{
		function.Listen(c.Network, c.Address),
		function.MTLSCertificates(c.TLSCertsDir),
		function.Insecure(c.Insecure),
		function.MaxRecvMessageSize(c.MaxRecvMessageSize * 1024 * 1024),
		function.WithMetricsServer(c.MetricsAddress),
	}
	if c.Health {
		h := health.NewServer()
		h.SetServingStatus("", healthgrpc.HealthCheckResponse_SERVING)
		options = append(options, function.WithHealthServer(h))
	}
	return function.Serve(&functions.Function{Log: log}, options...)
}

func main() {
	ctx := kong.Parse(&CLI{}, kong.Description("The composition function of the Morket platform."))
	ctx.FatalIfErrorf(ctx.Run())
}
