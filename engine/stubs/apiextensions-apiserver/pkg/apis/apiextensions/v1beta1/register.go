// Package v1beta1 stands in for the CRD types: Helm registers them to know that the API exists.
package v1beta1

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"k8s.io/client-go/kubernetes/scheme"
)

// AddToScheme makes the version known.
func AddToScheme(s *scheme.Versions) error {
	s.Add(schema.GroupVersion{Group: "apiextensions.k8s.io", Version: "v1beta1"})
	return nil
}
