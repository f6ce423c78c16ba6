package userdata

import (
	"fmt"
	"strings"
	"testing"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/platform"
)

// TestPorts holds the script to the store's ports, which the security group opens.
func TestPorts(t *testing.T) {
	p, errs := platform.Resolve(platform.Input{XRName: "demo", Spec: v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1"}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	ports := p.Store(platform.ClickHouse).Ports
	for _, want := range []string{fmt.Sprintf("<http_port>%d</http_port>", ports[0]), fmt.Sprintf("<tcp_port>%d</tcp_port>", ports[1])} {
		if !strings.Contains(production.Script(), want) {
			t.Errorf("Should configure %s.", want)
		}
	}
}
