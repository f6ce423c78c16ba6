package aws

// A Ref references another managed resource of the kind a field expects, by its metadata.name.
type Ref struct {
	Name   string
	Policy *RefPolicy
}

// A RefPolicy says how a reference is resolved. Empty fields take the API server's default.
type RefPolicy struct {
	Resolution string // "Required" (default), or "Optional": a target that does not exist is no error
	Resolve    string // "IfNotPresent" (default), or "Always": follow the target on every reconcile
}

// A Selector references other managed resources of the kind a field expects, by controller or labels.
type Selector struct {
	MatchControllerRef *bool
	MatchLabels        map[string]string
	Policy             *RefPolicy
}

// A SecretRef references one key of a Secret. All fields are required.
type SecretRef struct {
	Namespace string
	Name      string
	Key       string
}

// Encode writes the reference's fields.
func (r *Ref) Encode(o *Object) {
	o.String("name", &r.Name)
	Nested(o, "policy", r.Policy)
}

// Encode writes the policy's fields.
func (p *RefPolicy) Encode(o *Object) {
	if p.Resolution != "" {
		o.String("resolution", &p.Resolution)
	}
	if p.Resolve != "" {
		o.String("resolve", &p.Resolve)
	}
}

// Encode writes the selector's fields.
func (s *Selector) Encode(o *Object) {
	o.Bool("matchControllerRef", s.MatchControllerRef)
	o.StringMap("matchLabels", s.MatchLabels)
	Nested(o, "policy", s.Policy)
}

// Encode writes the secret reference's fields.
func (r *SecretRef) Encode(o *Object) {
	o.String("namespace", &r.Namespace)
	o.String("name", &r.Name)
	o.String("key", &r.Key)
}
