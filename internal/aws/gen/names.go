package main

import (
	"strings"
	"unicode"
)

// initialisms are the words that Go, AWS or both do not write in title case. Plurals follow from the singular.
var initialisms = initialismsByWord(
	"AAAA", "ACL", "ACM", "AD", "AIML", "ALB", "ALPN", "AMD", "AMI", "API", "ARN", "ASN", "AWS", "AZ", "CA", "CIDR",
	"CloudFront", "CloudWatch", "CORS", "CPU", "CSV", "DB", "DNS", "DNS64", "EBS", "ECR", "ECS", "EFS", "EIP",
	"EKS", "ELB", "ENA", "ENI", "FIFO", "FQDN", "FSx", "GB", "GiB", "GRPC", "HTTP", "HTTP2", "HTTPS", "IAM", "ID",
	"IOPS", "IP", "IPAM", "IPC", "IPv4", "IPv6", "JSON", "JWKS", "JWT", "KMS", "LDAP", "LNI", "MFA", "MiB", "MQ",
	"MTLS", "NAT", "OIDC", "OK", "PCA", "PID", "RAM", "RDS", "S3", "SAML", "ServerlessV2", "SNS", "SQL", "SQS",
	"SRD", "SSE", "SSH", "SSL", "TCP", "TLS", "TTL", "UDP", "URI", "URL", "UUID", "VCPU", "VPC", "VPN", "WAF",
	"XFF", "XKS",
)

func initialismsByWord(words ...string) map[string]string {
	m := make(map[string]string, len(words))
	for _, w := range words {
		m[strings.ToLower(w)] = w
	}
	return m
}

// goName returns the Go name of a JSON field: vpcIdRef becomes VPCIDRef. It changes nothing but the case.
func goName(json string) string {
	var b strings.Builder
	for _, w := range words(json) {
		b.WriteString(goWord(w))
	}
	return b.String()
}

func goWord(w string) string {
	w = strings.ToLower(w)
	if s, ok := initialisms[w]; ok {
		return s
	}
	if s, ok := initialisms[strings.TrimSuffix(w, "s")]; ok {
		return s + "s"
	}
	return strings.ToUpper(w[:1]) + w[1:]
}

// words splits camel case. In a run of capitals the last one starts a word if a small letter follows: dnsARecord
// has the words dns, A and Record.
func words(s string) []string {
	var out []string
	r := []rune(s)
	start := 0
	for i := 1; i < len(r); i++ {
		endsRun := unicode.IsUpper(r[i-1]) && i+1 < len(r) && unicode.IsLower(r[i+1])
		if unicode.IsUpper(r[i]) && (!unicode.IsUpper(r[i-1]) || endsRun) {
			out = append(out, string(r[start:i]))
			start = i
		}
	}
	return append(out, string(r[start:]))
}
