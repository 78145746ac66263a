// Package rest stands in for client-go's: Helm's engine names the type, and the engine never builds one.
package rest

// Config would say how to reach a cluster.
type Config struct{}
