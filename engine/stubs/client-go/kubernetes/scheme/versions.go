// Package scheme stands in for client-go's. Helm reads one thing from it: which API versions a chart may assume when it
// is rendered without a cluster. Registering every type of Kubernetes for that would double the engine's size.
package scheme

import "k8s.io/apimachinery/pkg/runtime/schema"

// Versions is a list of API versions in the order of preference client-go gives them.
type Versions struct {
	all []schema.GroupVersion
}

// Scheme holds what client-go v0.36.1 registers; a test compares it with the helm binary.
var Scheme = &Versions{all: parse(builtin)}

// Add appends a version.
func (v *Versions) Add(version schema.GroupVersion) {
	v.all = append(v.all, version)
}

// PrioritizedVersionsAllGroups lists all of them.
func (v *Versions) PrioritizedVersionsAllGroups() []schema.GroupVersion {
	return v.all
}

func parse(names []string) []schema.GroupVersion {
	versions := make([]schema.GroupVersion, 0, len(names))
	for _, name := range names {
		version, err := schema.ParseGroupVersion(name)
		if err != nil {
			panic(err)
		}
		versions = append(versions, version)
	}
	return versions
}

var builtin = []string{
	"v1",
	"admissionregistration.k8s.io/v1",
	"admissionregistration.k8s.io/v1alpha1",
	"admissionregistration.k8s.io/v1beta1",
	"internal.apiserver.k8s.io/v1alpha1",
	"apps/v1",
	"apps/v1beta1",
	"apps/v1beta2",
	"authentication.k8s.io/v1",
	"authentication.k8s.io/v1alpha1",
	"authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1",
	"authorization.k8s.io/v1beta1",
	"autoscaling/v1",
	"autoscaling/v2",
	"batch/v1",
	"batch/v1beta1",
	"certificates.k8s.io/v1",
	"certificates.k8s.io/v1beta1",
	"certificates.k8s.io/v1alpha1",
	"coordination.k8s.io/v1alpha2",
	"coordination.k8s.io/v1beta1",
	"coordination.k8s.io/v1",
	"discovery.k8s.io/v1",
	"discovery.k8s.io/v1beta1",
	"events.k8s.io/v1",
	"events.k8s.io/v1beta1",
	"extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1",
	"flowcontrol.apiserver.k8s.io/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1beta2",
	"flowcontrol.apiserver.k8s.io/v1beta3",
	"networking.k8s.io/v1",
	"networking.k8s.io/v1beta1",
	"node.k8s.io/v1",
	"node.k8s.io/v1alpha1",
	"node.k8s.io/v1beta1",
	"policy/v1",
	"policy/v1beta1",
	"rbac.authorization.k8s.io/v1",
	"rbac.authorization.k8s.io/v1beta1",
	"rbac.authorization.k8s.io/v1alpha1",
	"resource.k8s.io/v1",
	"resource.k8s.io/v1beta2",
	"resource.k8s.io/v1beta1",
	"resource.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1alpha2",
	"scheduling.k8s.io/v1beta1",
	"scheduling.k8s.io/v1",
	"storage.k8s.io/v1beta1",
	"storage.k8s.io/v1",
	"storage.k8s.io/v1alpha1",
	"storagemigration.k8s.io/v1beta1",
}
