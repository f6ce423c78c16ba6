// Package layer is everything a layer should not have to think about. A layer lists the resources it wants, typed and
// declarative; its Scope gives each of them name, region, tags, provider config and deletion policy, keeps what exists,
// holds back what lacks a value that AWS invents, and turns what was observed into readiness, conditions, status and
// connection details.
//
// Two rules stand above all. A resource that is observed and still wanted is never left out of the desired state,
// because Crossplane deletes what is left out. And no input makes a layer panic or fail without an answer: what a user
// must fix becomes a Fatal result, which makes Crossplane change nothing at all.
package layer

// A Layer composes one part of the platform.
type Layer struct {
	// Name is how a pipeline step's input calls the layer, such as network.
	Name string
	// Condition is the type of the layer's condition, such as NetworkReady.
	Condition string
	// Compose adds what the layer wants to the scope. It is called once per request.
	Compose func(*Scope)
}
