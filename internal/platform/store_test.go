package platform

import (
	"slices"
	"testing"
)

// TestStoresFit holds stores and services together: what an entry names must exist.
func TestStoresFit(t *testing.T) {
	p := resolved(t)
	names := map[string]bool{}
	for _, s := range p.Stores() {
		if names[s.Name] {
			t.Errorf("%s: there are two", s.Name)
		}
		names[s.Name] = true
		if s.Title == "" || len(s.Ports) == 0 || s.AWSName == "" || s.Monitoring == nil || len(s.Outputs) == 0 {
			t.Errorf("%s: should have a title, a port, a name in AWS, monitoring and outputs", s.Name)
		}
		if p.Store(s.Name).Name != s.Name {
			t.Errorf("%s: should be found by its name", s.Name)
		}
		checkUses(t, p, s)
		for _, o := range s.Outputs {
			if o.Status == "" && o.Detail == "" {
				t.Errorf("%s: an output is shown nowhere", s.Name)
			}
		}
	}
	secrets := map[string]bool{}
	for _, c := range p.Credentials() {
		if secrets[c.Name] {
			t.Errorf("%s: there are two secrets of this name", c.Name)
		}
		secrets[c.Name] = true
	}
}

// checkUses looks at who uses a store.
func checkUses(t *testing.T, p *Platform, s *Store) {
	t.Helper()
	seen := map[string]bool{}
	for _, use := range s.UsedBy {
		for _, service := range use.Services {
			if !slices.ContainsFunc(p.Services(), func(svc Service) bool { return svc.Name == service }) {
				t.Errorf("%s: there is no service %s", s.Name, service)
			}
			if seen[service] {
				t.Errorf("%s: %s uses it twice, and would get the variables of the first use only", s.Name, service)
			}
			seen[service] = true
		}
		for _, v := range use.Variables {
			if v.Name == "" || v.Source == "" {
				t.Errorf("%s: variable %q should have a name and say where its value comes from: conditions name what tasks wait for", s.Name, v.Name)
			}
		}
	}
}
