// Command sealing does what sealed-secrets and age do with a question, for tests that compare.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"os"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
)

type question struct {
	// Texts whose base64 is read.
	Base64 []string `json:"base64"`
	// Common names that certificates are made for.
	CommonNames []string `json:"commonNames"`
	// Texts that age encrypts with a passphrase, and armored files that it decrypts.
	Encrypt []passphrased `json:"encrypt"`
	Decrypt []passphrased `json:"decrypt"`
	// Recipients of texts that are encrypted for no passphrase.
	Recipients int `json:"recipients"`
}

type passphrased struct {
	Text       string `json:"text"`
	Passphrase string `json:"passphrase"`
	LogN       int    `json:"logN"`
}

type answer struct {
	// Null where it is none.
	Base64       []*string     `json:"base64"`
	Certificates []certificate `json:"certificates"`
	Encrypted    []string      `json:"encrypted"`
	Decrypted    []result      `json:"decrypted"`
	Addressed    []string      `json:"addressed"`
}

type certificate struct {
	PEM         string `json:"pem"`
	Fingerprint string `json:"fingerprint"`
}

type result struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

func main() {
	var q question
	must(json.NewDecoder(os.Stdin).Decode(&q))
	var a answer
	for _, text := range q.Base64 {
		a.Base64 = append(a.Base64, decodeBase64(text))
	}
	if len(q.CommonNames) > 0 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(err)
		for _, name := range q.CommonNames {
			a.Certificates = append(a.Certificates, sign(key, name))
		}
	}
	for _, one := range q.Encrypt {
		recipient, err := age.NewScryptRecipient(one.Passphrase)
		must(err)
		recipient.SetWorkFactor(one.LogN)
		a.Encrypted = append(a.Encrypted, encrypt(one.Text, recipient))
	}
	for _, one := range q.Decrypt {
		a.Decrypted = append(a.Decrypted, decrypt(one))
	}
	for range q.Recipients {
		identity, err := age.GenerateX25519Identity()
		must(err)
		a.Addressed = append(a.Addressed, encrypt("for somebody", identity.Recipient()))
	}
	must(json.NewEncoder(os.Stdout).Encode(a))
}

func decodeBase64(text string) *string {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	hex := base64.RawURLEncoding.EncodeToString(decoded)
	return &hex
}

func sign(key *rsa.PrivateKey, commonName string) certificate {
	cert, err := crypto.SignKey(rand.Reader, key, 10*365*24*time.Hour, commonName)
	must(err)
	fingerprint, err := crypto.PublicKeyFingerprint(cert.PublicKey.(*rsa.PublicKey))
	must(err)
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	_, err = x509.ParseCertificate(cert.Raw)
	must(err)
	return certificate{PEM: string(block), Fingerprint: fingerprint}
}

func encrypt(text string, recipient age.Recipient) string {
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	plain, err := age.Encrypt(armored, recipient)
	must(err)
	_, err = io.WriteString(plain, text)
	must(err)
	must(plain.Close())
	must(armored.Close())
	return out.String()
}

func decrypt(one passphrased) result {
	identity, err := age.NewScryptIdentity(one.Passphrase)
	must(err)
	plain, err := age.Decrypt(armor.NewReader(bytes.NewBufferString(one.Text)), identity)
	if err != nil {
		return result{Error: err.Error()}
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{Text: string(text)}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
