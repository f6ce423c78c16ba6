// Package aws is the runtime of the typed models of AWS managed resources.
//
// The models live in one package per API group (ec2, rds, …) and are generated from the CRDs that provider-aws
// ships, for exactly the kinds listed in kinds.yaml. They are plain structs of spec.forProvider: a field that the
// provider does not have does not compile. A nil field is unset and is not sent, so that the API server, the
// provider's late initialisation or AWS decide; an empty, non-nil list or object is sent as such.
//
// Models encode themselves straight into protobuf. There is no reflection and no JSON on the way.
package aws
