package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"

	"github.com/morket-io/platform/test/e2e/mockaws"
	"github.com/morket-io/platform/test/e2e/stack"
)

// A Report is what a run measured.
type Report struct {
	Provider    string                 `json:"provider"`
	Platforms   []Platform             `json:"platforms"`
	Steps       []Step                 `json:"steps"`
	Many        int                    `json:"many"`        // platforms at once
	ManySeconds float64                `json:"manySeconds"` // until all of them were Ready
	ManyUsage   map[string]stack.Usage `json:"manyUsage"`   // of each process by then
	Usage       map[string]stack.Usage `json:"usage"`       // of each process in the end

	// With the real provider: calls to AWS by service, until the platforms were Ready and in all; and the kinds
	// that the provider was kept from, with the reason; and what a person had to do after faults.
	Calls      map[string]mockaws.Counts `json:"calls,omitempty"`
	CallsInAll map[string]mockaws.Counts `json:"callsInAll,omitempty"`
	Unserved   map[string]string         `json:"unserved,omitempty"`
	Rescued    []string                  `json:"rescued,omitempty"`
}

// A Platform is one that became Ready.
type Platform struct {
	Name     string  `json:"name"`
	Seconds  float64 `json:"seconds"` // from the claim to Ready
	Calls    int     `json:"calls"`   // of the function until then
	Composed int     `json:"composed"`
	Request  int     `json:"requestBytes"` // of the function's request in the end
}

// A Step is a part of the run.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Passed  bool    `json:"passed"`
}

var report = Report{Provider: "simulated"}

// reportPlatform measures a platform that became Ready.
func reportPlatform(t *testing.T, claim *unstructured.Unstructured, took time.Duration) {
	t.Helper()
	all := mustComposed(t, claim)
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{}, Resources: map[string]*fnv1.Resource{}}}
	if req.Observed.Composite.Resource, err = structpb.NewStruct(xr.Object); err != nil {
		t.Fatal(err)
	}
	for name, u := range all {
		s, err := structpb.NewStruct(u.Object)
		if err != nil {
			t.Fatal(err)
		}
		req.Observed.Resources[name] = &fnv1.Resource{Resource: s}
	}
	p := Platform{Name: claim.GetName(), Seconds: took.Seconds(), Calls: functionCalls(t, xr.GetName(), functionLog, functionNextLog), Composed: len(all), Request: proto.Size(req)}
	if limit := 4 << 20; p.Request > limit/2 {
		t.Errorf("Should send requests that are well below gRPC's limit of %d bytes, got %d", limit, p.Request)
	}
	report.Platforms = append(report.Platforms, p)
}

// The logs of the function that was installed at first, and of the one that replaced it.
const (
	functionLog        = "function.log"
	functionNextLog    = "function-next.log"
	functionChannelLog = "function-channel.log"
)

// functionCalls is how often a function was asked about a composite resource, or about any if the name is empty, by its logs.
func functionCalls(t *testing.T, xr string, logs ...string) int {
	t.Helper()
	calls := 0
	for _, name := range logs {
		log, err := os.ReadFile(filepath.Join(control.Dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(log)) {
			if strings.Contains(line, "Composed") && (xr == "" || strings.Contains(line, `"`+xr+`"`)) {
				calls++
			}
		}
	}
	return calls
}

// saveReport writes the report as JSON to the file that REPORT names, seen from the repository's root: after each step, so
// that a run that is cut off leaves what it measured.
func saveReport() error {
	report.Usage = control.Usage()
	path := os.Getenv("REPORT")
	if path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(control.Root, path)
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644) //nolint:gosec // figures, for everyone
}

func printReport(w io.Writer) {
	line := func(format string, a ...any) { fmt.Fprintf(w, format+"\n", a...) } //nolint:errcheck // a terminal
	line("\n%-28s %10s %8s %10s %14s", "PLATFORM", "SECONDS", "CALLS", "COMPOSED", "REQUEST BYTES")
	for _, p := range report.Platforms {
		line("%-28s %10.1f %8d %10d %14d", p.Name, p.Seconds, p.Calls, p.Composed, p.Request)
	}
	if report.Many > 0 {
		line("%-28s %10.1f", fmt.Sprintf("%d of staging at once", report.Many), report.ManySeconds)
	}
	line("\n%-28s %10s", "STEP", "SECONDS")
	for _, s := range report.Steps {
		line("%-28s %10.1f%s", s.Name, s.Seconds, map[bool]string{false: "  FAILED"}[s.Passed])
	}
	if len(report.Calls) > 0 {
		line("\n%-28s %8s %8s %8s %8s %8s %8s", "CALLS TO AWS, IN ALL", "READS", "CREATES", "UPDATES", "DELETES", "ERRORS", "FAULTS")
		for _, name := range slices.Sorted(maps.Keys(report.CallsInAll)) {
			n := report.CallsInAll[name]
			line("%-28s %8d %8d %8d %8d %8d %8d", name, n.Reads, n.Creates, n.Updates, n.Deletes, n.Errors, n.Faults)
		}
		for _, kind := range slices.Sorted(maps.Keys(report.Unserved)) {
			line("not the provider's: %s, because %s", kind, report.Unserved[kind])
		}
	}
	line("\n%-28s %10s %12s", "PROCESS", "PEAK MiB", "CPU SECONDS")
	for _, name := range slices.Sorted(maps.Keys(report.Usage)) {
		line("%-28s %10.0f %12.1f", name, report.Usage[name].PeakMiB, report.Usage[name].CPUSeconds)
	}
}

// table asks the API server for the claims as kubectl does that prints them.
func table(ctx context.Context) (header []string, rows [][]string, err error) {
	c, err := rest.HTTPClientFor(control.Config)
	if err != nil {
		return nil, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, control.Config.Host+"/apis/"+apiVersion+"/namespaces/"+namespace+"/morketplatforms", nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
	rsp, err := c.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	var t metav1.Table
	if err := json.NewDecoder(rsp.Body).Decode(&t); err != nil {
		return nil, nil, err
	}
	for _, c := range t.ColumnDefinitions {
		header = append(header, c.Name)
	}
	for _, r := range t.Rows {
		row := make([]string, len(r.Cells))
		for i, cell := range r.Cells {
			row[i] = fmt.Sprint(cell)
		}
		rows = append(rows, row)
	}
	return header, rows, nil
}
