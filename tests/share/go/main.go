// Checks what our audit log exports with the transparency log code that Go itself uses for its module checksums.
// Reads one JSON object on standard input, writes one with a verdict each.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Key         string
	Cosigner    string
	Note        string
	Record      []byte
	Leaf        int64
	Inclusion   [][]byte
	OldSize     int64
	OldRoot     []byte
	Consistency [][]byte
	Tiles       string
}

// cosigner verifies timestamped Ed25519 cosignatures, which the stock package leaves to others.
type cosigner struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, message)
	return ed25519.Verify(c.public, []byte(signed), signature[8:])
}

func readCosigner(text string) (cosigner, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, errors.New("no cosigner key")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil || len(id) != 4 {
		return cosigner{}, errors.New("no key id")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return cosigner{}, errors.New("no cosigner key")
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(id), key[1:]}, nil
}

// directory reads tiles where c2sp.org/tlog-tiles puts them.
type directory string

func (directory) Height() int                     { return 8 }
func (directory) SaveTiles([]tlog.Tile, [][]byte) {}
func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(d), path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func hash(raw []byte) (found tlog.Hash) {
	copy(found[:], raw)
	return found
}

func hashes(raws [][]byte) (found []tlog.Hash) {
	for _, raw := range raws {
		found = append(found, hash(raw))
	}
	return found
}

func main() {
	var in asked
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	out := map[string]bool{}
	verifier, err := note.NewVerifier(in.Key)
	if err != nil {
		panic(err)
	}
	opened, err := note.Open([]byte(in.Note), note.VerifierList(verifier))
	out["checkpoint"] = err == nil
	if err == nil {
		lines := strings.Split(opened.Text, "\n")
		size, _ := strconv.ParseInt(lines[1], 10, 64)
		root, _ := tlog.ParseHash(lines[2])
		out["inclusion"] = tlog.CheckRecord(hashes(in.Inclusion), size, root, in.Leaf, tlog.RecordHash(in.Record)) == nil
		out["consistency"] = tlog.CheckTree(hashes(in.Consistency), size, root, in.OldSize, hash(in.OldRoot)) == nil
		reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, directory(in.Tiles))
		proof, err := tlog.ProveRecord(size, in.Leaf, reader)
		same := err == nil && len(proof) == len(in.Inclusion)
		for i := 0; same && i < len(proof); i++ {
			same = proof[i] == hash(in.Inclusion[i])
		}
		out["tiles"] = same
	}
	witness, err := readCosigner(in.Cosigner)
	if err == nil {
		_, err = note.Open([]byte(in.Note), note.VerifierList(witness))
	}
	out["cosignature"] = err == nil
	json.NewEncoder(os.Stdout).Encode(out)
}
