package stack

import (
	"fmt"
	"os"
)

// ToolsFromEnvironment finds the tools where make says that they are.
func ToolsFromEnvironment(function string) (Tools, error) {
	t := Tools{Function: function}
	for name, path := range map[string]*string{
		"ETCD": &t.Etcd, "KUBE_APISERVER": &t.APIServer, "KUBE_CONTROLLER_MANAGER": &t.ControllerManager,
		"CROSSPLANE": &t.Crossplane, "CROSSPLANE_CLI": &t.CrossplaneCLI, "KUBECTL": &t.Kubectl,
	} {
		*path = os.Getenv("MORKET_E2E_" + name)
		if *path == "" {
			return t, fmt.Errorf("MORKET_E2E_%s does not say where that tool is: run `make e2e`", name)
		}
	}
	if _, err := os.Stat(function); err != nil {
		return t, fmt.Errorf("the function is not built: run `make e2e`: %w", err)
	}
	return t, nil
}
