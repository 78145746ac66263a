// Package kubernetes stands in for client-go's clientsets: the engine never speaks to a cluster.
package kubernetes
