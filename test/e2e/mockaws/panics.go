package mockaws

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// metricsAddress is where the provider serves its metrics.
const metricsAddress = "127.0.0.1:9444"

// Panics lists the controllers of the provider that have panicked since it was started, each with how often. It is told nowhere
// else: the conditions of a resource stay as they were before, and the panic is logged only by a provider that is debugged.
func Panics(ctx context.Context) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+metricsAddress+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // only read
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the provider's metrics: %s", res.Status)
	}
	return readPanics(res.Body)
}

func readPanics(metrics io.Reader) ([]string, error) {
	const counter = `controller_runtime_reconcile_panics_total{controller="`
	var out []string
	found := false
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		rest, ok := strings.CutPrefix(lines.Text(), counter)
		if !ok {
			continue
		}
		found = true
		if controller, times, _ := strings.Cut(rest, `"} `); times != "0" {
			out = append(out, times+" x "+controller)
		}
	}
	if !found {
		return nil, errors.Join(lines.Err(), errors.New("the provider does not count panics"))
	}
	return out, lines.Err()
}
