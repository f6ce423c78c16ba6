// Package userdata renders the scripts that instances run at their first boot. They are shell scripts beside this file,
// readable and testable as such; rendering only puts their parameters in front. They hold no secrets: whoever may
// describe an instance may read its user data.
package userdata

import (
	_ "embed"
	"encoding/base64"
	"strings"
)

// MaxSize is the most that EC2 takes of user data, in bytes before base64.
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html)
const MaxSize = 16 * 1024

const shebang = "#!/bin/bash\n"

//go:embed clickhouse.sh
var clickHouse string

// ClickHouse makes an Amazon Linux 2023 instance of a Nitro type a ClickHouse server. (R-CH-1, R-CH-2)
type ClickHouse struct {
	// VolumeID is the EBS volume that is mounted at /var/lib/clickhouse, such as vol-0123456789abcdef0. It is formatted
	// when it is blank, and never otherwise.
	VolumeID string
	// Region is where the secret is, such as us-east-1.
	Region string
	// SecretID is the name of the Secrets Manager secret, JSON with username and password, that the instance may read.
	SecretID string
	// Version is the release line, such as 25.8, of which the newest package is installed, or one release of it, such as
	// 25.8.3.66.
	Version string
}

// Script returns the script: the same bytes for the same parameters.
func (c ClickHouse) Script() string {
	var b strings.Builder
	b.Grow(len(clickHouse) + 512)
	b.WriteString(shebang)
	for _, p := range []struct{ name, value string }{
		{"VOLUME_ID", c.VolumeID},
		{"REGION", c.Region},
		{"SECRET_ID", c.SecretID},
		{"VERSION", c.Version},
	} {
		b.WriteString(p.name + "=" + quote(p.value) + "\n")
	}
	b.WriteString(strings.TrimPrefix(clickHouse, shebang))
	return b.String()
}

// Base64 returns the script as a launch template takes it.
func (c ClickHouse) Base64() string {
	return base64.StdEncoding.EncodeToString([]byte(c.Script()))
}

// quote makes one word of s for any POSIX shell. Between single quotes nothing is special but the single quote.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
