package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
)

// summary prints the layers' conditions and how many resources of each kind there are.
func summary(w io.Writer, r *render.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "LAYER\tREADY\tREASON\tMESSAGE") //nolint:errcheck // Flush tells
	for _, c := range r.Conditions {
		ready := "False"
		if c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE {
			ready = "True"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.GetType(), ready, c.GetReason(), c.GetMessage()) //nolint:errcheck // Flush tells
	}

	type count struct{ total, ready int }
	kinds := make(map[string]count)
	all := count{}
	for name, o := range r.Resources {
		kind := fields.Text(o, "kind") + "." + fields.Text(o, "apiVersion")
		n := kinds[kind]
		n.total++
		all.total++
		if r.Ready[name] {
			n.ready++
			all.ready++
		}
		kinds[kind] = n
	}
	fmt.Fprintln(t, "\nKIND\tRESOURCES\tREADY") //nolint:errcheck // Flush tells
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(t, "%s\t%d\t%d\n", kind, kinds[kind].total, kinds[kind].ready) //nolint:errcheck // Flush tells
	}
	fmt.Fprintf(t, "total\t%d\t%d\n", all.total, all.ready) //nolint:errcheck // Flush tells
	return t.Flush()
}
