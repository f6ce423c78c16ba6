package data

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"

	"github.com/morket-io/platform/internal/platform"
)

// Characters of generated values. Amazon MQ takes no , : = and ElastiCache no / " @ and no space: none of these has any.
const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	special = "!#%*+-_"
)

// generators make values, by their format.
var generators = map[platform.Format]func(io.Reader) (string, error){
	platform.Alphanumeric32: alphanumeric32,
	platform.Mixed24:        mixed24,
	platform.Bytes48:        bytes48,
	platform.Hex32:          hex32,
}

// alphanumeric32 makes 32 letters and digits, 190 bits.
func alphanumeric32(random io.Reader) (string, error) {
	return characters(random, 32, lower+upper+digits)
}

// mixed24 makes 24 characters, 146 bits, with at least one lower-case and one upper-case letter, one digit and one
// special character, which OpenSearch insists on.
func mixed24(random io.Reader) (string, error) {
	const length = 24
	var out []byte
	for _, class := range []string{lower, upper, digits, special} {
		c, err := characters(random, 1, class)
		if err != nil {
			return "", err
		}
		out = append(out, c...)
	}
	rest, err := characters(random, length-len(out), lower+upper+digits+special)
	if err != nil {
		return "", err
	}
	out = append(out, rest...)
	for i := len(out) - 1; i > 0; i-- { // Fisher-Yates
		j, err := below(random, i+1)
		if err != nil {
			return "", err
		}
		out[i], out[j] = out[j], out[i]
	}
	return string(out), nil
}

// bytes48 makes 48 bytes in URL-safe base64, 64 characters.
func bytes48(random io.Reader) (string, error) {
	b := make([]byte, 48)
	_, err := io.ReadFull(random, b)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// hex32 makes 32 bytes, a key of AES-256, in 64 hexadecimal digits.
func hex32(random io.Reader) (string, error) {
	b := make([]byte, 32)
	_, err := io.ReadFull(random, b)
	return hex.EncodeToString(b), err
}

// characters makes n characters out of an alphabet.
func characters(random io.Reader, n int, alphabet string) (string, error) {
	out := make([]byte, n)
	for i := range out {
		j, err := below(random, len(alphabet))
		if err != nil {
			return "", err
		}
		out[i] = alphabet[j]
	}
	return string(out), nil
}

// below makes a number from 0 to n-1. That some are likelier than others by n parts in 2^64 gives nothing away, and the
// loop that would even it out might never end.
func below(random io.Reader, n int) (int, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0, err
	}
	return int(binary.BigEndian.Uint64(b[:]) % uint64(n)), nil //nolint:gosec // less than n
}
