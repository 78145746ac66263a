// Git over SSH on loopback: one client key, made at start as the host key is, those of a file that may grow, and the bare repositories of one folder.
package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

var (
	address = flag.String("address", "127.0.0.1:2222", "where to listen")
	root    = flag.String("root", "", "folder of the bare repositories")
	keys    = flag.String("keys", "", "folder that gets identity (the client's private key) and known_hosts, and may have authorized_keys")
)

// What Git asks a server to run; it quotes the path.
var service = regexp.MustCompile(`^(git-upload-pack|git-receive-pack) '([^']+)'$`)

func main() {
	flag.Parse()
	config, err := configure()
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection, config)
	}
}

func configure() (*ssh.ServerConfig, error) {
	hostKey, host, err := newKey()
	if err != nil {
		return nil, err
	}
	clientKey, client, err := newKey()
	if err != nil {
		return nil, err
	}
	identity, err := ssh.MarshalPrivateKey(clientKey, "")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(*keys, "identity"), pem.EncodeToMemory(identity), 0o600); err != nil {
		return nil, err
	}
	knownHost := knownhosts.Line([]string{*address}, host.PublicKey()) + "\n"
	if err := os.WriteFile(filepath.Join(*keys, "known_hosts"), []byte(knownHost), 0o644); err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(hostKey)
	if err != nil {
		return nil, err
	}
	allowed := string(client.PublicKey().Marshal())
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(connection ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			marshaled := string(key.Marshal())
			if connection.User() != "git" || (marshaled != allowed && !isAuthorized(marshaled)) {
				return nil, fmt.Errorf("%s has no such key", connection.User())
			}
			return nil, nil
		},
	}
	config.AddHostKey(signer)
	return config, nil
}

// Read anew for each connection, so that a key counts as soon as it is in the file.
func isAuthorized(key string) bool {
	rest, err := os.ReadFile(filepath.Join(*keys, "authorized_keys"))
	for err == nil && len(rest) > 0 {
		var known ssh.PublicKey
		known, _, _, rest, err = ssh.ParseAuthorizedKey(rest)
		if err == nil && string(known.Marshal()) == key {
			return true
		}
	}
	return false
}

func newKey() (ed25519.PrivateKey, ssh.Signer, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, nil, err
	}
	signer, err := ssh.NewSignerFromKey(key)
	return key, signer, err
}

func serve(connection net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(connection, config)
	if err != nil {
		if !errors.Is(err, io.EOF) {
			log.Printf("refused: %v", err)
		}
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			_ = offered.Reject(ssh.UnknownChannelType, "only sessions are served")
			continue
		}
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go session(channel, requests)
	}
}

// A session sets variables, of which only Git's protocol version counts, and then runs one command.
func session(channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	protocol := ""
	for request := range requests {
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			ok := ssh.Unmarshal(request.Payload, &variable) == nil && variable.Name == "GIT_PROTOCOL"
			if ok {
				protocol = variable.Value
			}
			_ = request.Reply(ok, nil)
		case "exec":
			var command struct{ Line string }
			err := ssh.Unmarshal(request.Payload, &command)
			_ = request.Reply(err == nil, nil)
			if err != nil {
				return
			}
			status := make([]byte, 4)
			binary.BigEndian.PutUint32(status, run(channel, command.Line, protocol))
			_, _ = channel.SendRequest("exit-status", false, status)
			return
		default:
			_ = request.Reply(false, nil)
		}
	}
}

func run(channel ssh.Channel, line string, protocol string) uint32 {
	match := service.FindStringSubmatch(line)
	if match == nil {
		fmt.Fprintln(channel.Stderr(), "only fetch and push are served")
		return 128
	}
	// A rooted path does not lead out of its root.
	repository := filepath.Join(*root, filepath.FromSlash(path.Clean("/"+match[2])))
	git := exec.Command(match[1], repository)
	git.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + *root, "GIT_CONFIG_NOSYSTEM=1", "GIT_PROTOCOL=" + protocol,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}
	git.Stdout, git.Stderr = channel, channel.Stderr()
	// Not git.Stdin: its end would wait for a client that has no more to say and keeps the channel open.
	stdin, err := git.StdinPipe()
	if err == nil {
		err = git.Start()
	}
	if err != nil {
		fmt.Fprintln(channel.Stderr(), err)
		return 128
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	var ended *exec.ExitError
	if err := git.Wait(); errors.As(err, &ended) {
		return uint32(ended.ExitCode())
	} else if err != nil {
		return 128
	}
	return 0
}
