// Reads a published log as a third party would: with golang.org/x/mod/sumdb (note and tlog), which knows nothing of Sekisho.
//
//	read_log -key VKEY [-witness VKEY] [-before CHECKPOINT] FOLDER [PROOF...]
//
// What is ours here is where a tile lies (C2SP tlog-tiles), how a bundle is cut, what stands in which line of a checkpoint and
// of a proof (tlog-checkpoint, tlog-proof, add-checkpoint), and which bytes a cosignature signs. Every hash, signature and proof
// is judged by the packages. One line says what was read; whatever does not hold is told, and the exit code is 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

func require(holds bool, format string, words ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", words...)
		os.Exit(1)
	}
}

func must(err error, what string) { require(err == nil, "%s: %v", what, err) }

// folder is a published log; tlog reads its tiles through it.
type folder string

func path(level string, n int64, w int) string {
	place := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		place = fmt.Sprintf("x%03d/%s", n%1000, place)
	}
	if w < width {
		place += fmt.Sprintf(".p/%d", w)
	}
	return filepath.Join("tile", level, place)
}

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) (read [][]byte, err error) {
	for _, tile := range tiles {
		raw, err := os.ReadFile(filepath.Join(string(f), path(strconv.Itoa(tile.L), tile.N, tile.W)))
		if err != nil {
			return nil, err
		}
		read = append(read, raw)
	}
	return read, nil
}

// records returns the entries of a bundle, each behind its length in two bytes.
func (f folder) records(n int64, w int) (found [][]byte) {
	name := path("entries", n, w)
	raw, err := os.ReadFile(filepath.Join(string(f), name))
	must(err, name)
	for len(raw) > 0 {
		require(len(raw) >= 2 && len(raw) >= 2+int(binary.BigEndian.Uint16(raw)), "%s ends within an entry", name)
		end := 2 + int(binary.BigEndian.Uint16(raw))
		found, raw = append(found, raw[2:end]), raw[end:]
	}
	require(len(found) == w, "%s holds %d entries, not %d", name, len(found), w)
	return found
}

// cosigner verifies what x/mod has no verifier for: cosignature/v1, algorithm 4, a time in eight bytes before the signature.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	require(len(parts) == 3, "%s is no vkey", vkey)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, vkey)
	require(len(key) == 1+ed25519.PublicKeySize && key[0] == 4, "%s is no key of a witness", vkey)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	require(parts[1] == fmt.Sprintf("%x", sum[:4]), "%s does not hash to what it says", vkey)
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), key[1:]}
}

// open returns the tree of a checkpoint that all these keys signed, and how many lines are of others.
func open(raw []byte, verifiers []note.Verifier) (tlog.Tree, int) {
	opened, err := note.Open(raw, note.VerifierList(verifiers...))
	must(err, "checkpoint")
	require(len(opened.Sigs) == len(verifiers), "checkpoint: %d of %d keys signed it", len(opened.Sigs), len(verifiers))
	lines := strings.Split(opened.Text, "\n")
	require(len(lines) >= 4 && lines[0] == verifiers[0].Name(), "checkpoint: not of the log %s", verifiers[0].Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "checkpoint")
	root, err := tlog.ParseHash(lines[2])
	must(err, "checkpoint")
	return tlog.Tree{N: size, Hash: root}, len(opened.UnverifiedSigs)
}

// hashes returns those of all records, each record compared with its tile, and each tile with the checkpoint by tlog.
func (f folder) hashes(tree tlog.Tree, reader tlog.HashReader) (all []tlog.Hash) {
	for n := int64(0); n*width < tree.N; n++ {
		w := width
		if left := tree.N - n*width; left < width {
			w = int(left)
		}
		var places []int64
		for at := range make([]struct{}, w) {
			places = append(places, tlog.StoredHashIndex(0, n*width+int64(at)))
		}
		stored, err := reader.ReadHashes(places)
		must(err, path("0", n, w))
		for at, record := range f.records(n, w) {
			require(tlog.RecordHash(record) == stored[at], "entry %d is not what its tile says", n*width+int64(at))
		}
		all = append(all, stored...)
	}
	return all
}

// proof reads the lines of a file before its checkpoint: a number behind a word, then hashes.
func proof(raw []byte) (word string, number int64, path []tlog.Hash, signed []byte) {
	parts := bytes.SplitN(raw, []byte("\n\n"), 2)
	require(len(parts) == 2, "a proof ends with a checkpoint")
	lines := strings.Split(string(parts[0]), "\n")
	if len(lines) > 1 && lines[0] == "c2sp.org/tlog-proof@v1" {
		word, lines = "index", lines[1:]
	} else {
		word = "old"
	}
	_, err := fmt.Sscanf(lines[0], word+" %d", &number)
	must(err, lines[0])
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		must(err, line)
		path = append(path, hash)
	}
	return word, number, path, parts[1]
}

func main() {
	key := flag.String("key", "", "the log's vkey")
	witness := flag.String("witness", "", "the vkey of a witness that must have cosigned")
	before := flag.String("before", "", "a checkpoint that was kept")
	flag.Parse()
	log, err := note.NewVerifier(*key)
	must(err, *key)
	verifiers := []note.Verifier{log}
	if *witness != "" {
		verifiers = append(verifiers, newCosigner(*witness))
	}
	published := folder(flag.Arg(0))
	raw, err := os.ReadFile(filepath.Join(string(published), "checkpoint"))
	must(err, "checkpoint")
	tree, others := open(raw, verifiers)
	reader := tlog.TileHashReader(tree, published)
	root, err := tlog.TreeHash(tree.N, reader)
	must(err, "tree")
	require(root == tree.Hash, "the tiles lead to another root than the checkpoint's")
	leaves := published.hashes(tree, reader)

	included := 0
	for _, n := range []int64{0, 1, 255, 256, tree.N / 2, 65535, 65536, tree.N - 1} {
		if n < tree.N {
			found, err := tlog.ProveRecord(tree.N, n, reader)
			must(err, "inclusion")
			must(tlog.CheckRecord(found, tree.N, tree.Hash, n, leaves[n]), "inclusion")
			included++
		}
	}
	kept := tlog.Tree{}
	if *before != "" {
		raw, err := os.ReadFile(*before)
		must(err, *before)
		kept, _ = open(raw, verifiers[:1])
		found, err := tlog.ProveTree(tree.N, kept.N, reader)
		must(err, "consistency")
		must(tlog.CheckTree(found, tree.N, tree.Hash, kept.N, kept.Hash), "consistency")
	}
	for _, file := range flag.Args()[1:] {
		raw, err := os.ReadFile(file)
		must(err, file)
		word, number, hashes, signed := proof(raw)
		under, _ := open(signed, verifiers[:1])
		if word == "index" {
			require(number < tree.N, "%s: there is no entry %d", file, number)
			must(tlog.CheckRecord(hashes, under.N, under.Hash, number, leaves[number]), file)
		} else {
			require(number == kept.N, "%s: leads from %d, not from the checkpoint that was kept", file, number)
			must(tlog.CheckTree(hashes, under.N, under.Hash, kept.N, kept.Hash), file)
		}
	}
	fmt.Printf("%d entries, root %s, %d proven, from %d, %d proofs read, %d other signatures\n",
		tree.N, tree.Hash, included, kept.N, flag.NArg()-1, others)
}
