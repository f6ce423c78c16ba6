// Package controller stands in for the one of this name of provider-aws, which has a thousand controllers of namespaced
// resources: the platform composes none, and to build them takes a quarter of an hour.
package controller

import (
	"github.com/crossplane/upjet/v2/pkg/controller"
	ctrl "sigs.k8s.io/controller-runtime"
)

// Setup_monolith sets up nothing.
func Setup_monolith(ctrl.Manager, controller.Options) error { return nil } //nolint:revive // the name that the provider calls

// SetupGated_monolith sets up nothing.
func SetupGated_monolith(ctrl.Manager, controller.Options) error { return nil } //nolint:revive // the name that the provider calls
