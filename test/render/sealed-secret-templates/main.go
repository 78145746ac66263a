// Runs templates as the sealed-secrets controller does: its own SealedSecret.Unseal, over values sealed with its own code.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"os"

	"github.com/bitnami-labs/sealed-secrets/pkg/apis/sealedsecrets/v1alpha1"
	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
)

type question struct {
	Templates map[string]string `json:"templates"`
	Values    map[string][]byte `json:"values"`
}

type answer struct {
	Texts map[string][]byte `json:"texts"`
	Error string            `json:"error"`
}

func main() {
	var questions []question
	must(json.NewDecoder(os.Stdin).Decode(&questions))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	fingerprint, err := crypto.PublicKeyFingerprint(&key.PublicKey)
	must(err)
	answers := []answer{}
	for _, q := range questions {
		secret := &v1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "name"}, Data: q.Values}
		sealed, err := v1alpha1.NewSealedSecret(scheme.Codecs, &key.PublicKey, secret)
		must(err)
		sealed.Spec.Template.Data = q.Templates
		opened, err := sealed.Unseal(scheme.Codecs, map[string]*rsa.PrivateKey{fingerprint: key})
		if err != nil {
			answers = append(answers, answer{Error: err.Error()})
			continue
		}
		texts := map[string][]byte{}
		for name := range q.Templates {
			texts[name] = opened.Data[name]
		}
		answers = append(answers, answer{Texts: texts})
	}
	must(json.NewEncoder(os.Stdout).Encode(answers))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
