// Package certificate composes TLS certificates that ACM issues and renews by itself, because records in the claim's
// hosted zone prove that their names are ours. (R-ALB-1, R-CF-1)
package certificate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws/acm"
	"github.com/morket-io/platform/internal/aws/route53"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const (
	// recordPrefix begins the names of the records that prove names to be ours. ACM asks for the same record for a name
	// in all regions of an account, so certificates share them, also those of two layers.
	recordPrefix = "validation-"
	// validationSuffix ends the name of what waits until a certificate is issued.
	validationSuffix = "-validation"
	// ttl of the records, in seconds.
	ttl = 60
)

// A Certificate is one for some DNS names.
//
// Nothing of a certificate can be changed, so its name has a hash of what it is for, and other names make another
// certificate. The old one stays until its user has moved.
type Certificate struct {
	// Resource begins the names of what is composed: certificate-alb gives certificate-alb-<hash> and
	// certificate-alb-<hash>-validation. Of two certificates' none may be the beginning of the other's.
	Resource string
	// Region is where the certificate is used; empty: the platform's. CloudFront takes those of us-east-1 only.
	Region string
	// Names are the DNS names, the main one first, which has at most 64 characters. With none, or in a claim without a
	// hosted zone, nothing is issued, and only what is still in use is kept: that is for a user whose certificate's ARN is
	// given, or who needs none any more.
	Names []string

	// UsedBy is the composed resource that uses the certificate, and Field where it has the ARN, below forProvider and
	// atProvider alike: cdn and viewerCertificate.acmCertificateArn for example.
	UsedBy, Field string
}

// Add composes a certificate, and keeps those that UsedBy has not moved away from. It returns the certificate's ARN once
// it is issued and can be used; until then its user waits:
//
//	arn, ok := certificate.Add(s, …)
//	if s.Gate("listener-https", ok, "the certificate") {
//		s.Add("listener-https", …)
//	}
func Add(s *layer.Scope, c Certificate) (arn string, ok bool) {
	p := s.Platform
	zone := ""
	if p.Domain != nil && p.Domain.HostedZoneID != nil {
		zone = *p.Domain.HostedZoneID
	}
	records := records{zone: zone, known: true, byName: map[string]record{}}

	current := ""
	if zone != "" && len(c.Names) > 0 {
		arn, ok = issue(s, c, &records)
		current = name(s, c)
	}
	used := inUse(s, c)
	for _, old := range s.Observed(c.Resource + "-") {
		if old == current || strings.HasSuffix(old, validationSuffix) {
			continue
		}
		// Of one whose ARN is not known, nobody knows whether it is used.
		if arn, known := s.Observe(old).String("arn"); known && !used[arn] {
			continue
		}
		s.Keep(old)
		records.of(s, old, nil)
	}
	records.add(s)
	return arn, ok
}

// issue composes the certificate that is wanted, and what waits until ACM has issued it.
func issue(s *layer.Scope, c Certificate, records *records) (arn string, ok bool) {
	name := name(s, c)
	region := region(s, c)
	s.Add(name, &acm.Certificate{ForProvider: acm.CertificateParameters{
		Region:                  &region,
		DomainName:              &c.Names[0],
		SubjectAlternativeNames: c.Names, // ACM adds the main name itself, and would differ without it
		ValidationMethod:        new("DNS"),
		KeyAlgorithm:            new("RSA_2048"),
	}})

	fqdns, ok := records.of(s, name, c.Names)
	if s.Gate(name+validationSuffix, ok, "the certificate's validation records") {
		s.Add(name+validationSuffix, &acm.CertificateValidation{ForProvider: acm.CertificateValidationParameters{
			Region:                &region,
			CertificateARNRef:     s.Ref(name),
			ValidationRecordFQDNs: fqdns,
		}})
	}

	// The certificate itself is ready before it is issued. The validation gets its id afterwards.
	arn, named := s.Observe(name).String("arn")
	_, issued := s.Observe(name + validationSuffix).String("id")
	return arn, named && issued
}

// records are what proves names to be ours.
type records struct {
	zone string
	// known says whether ACM has told the records of all certificates.
	known bool
	// byName has what is known, by the names of the composed resources.
	byName map[string]record
}

// A record as ACM asks for it.
type record struct {
	fqdn, typ, value string
}

// of notes the records of a certificate and returns their names. It is not ok while ACM has not told all of them.
func (r *records) of(s *layer.Scope, certificate string, domains []string) (fqdns []string, ok bool) {
	missing := map[string]bool{}
	for _, d := range domains {
		missing[d] = true
	}
	ok = true
	o := s.Observe(certificate)
	for i := 0; ; i++ {
		option := func(field string) string {
			v, _ := o.String(fmt.Sprintf("domainValidationOptions[%d].%s", i, field))
			return v
		}
		domain := option("domainName")
		if domain == "" {
			break
		}
		delete(missing, domain)
		want := record{fqdn: option("resourceRecordName"), typ: option("resourceRecordType"), value: option("resourceRecordValue")}
		if want.fqdn == "" || want.typ == "" || want.value == "" {
			ok = false
			continue
		}
		r.byName[recordPrefix+platform.Hash(r.zone, want.fqdn)] = want
		fqdns = append(fqdns, want.fqdn)
	}
	ok = ok && len(fqdns) > 0 && len(missing) == 0
	r.known = r.known && ok
	slices.Sort(fqdns)
	return slices.Compact(fqdns), ok // a domain and its wildcard share one
}

// add composes the records. While some are not known, none that exists goes.
func (r *records) add(s *layer.Scope) {
	if !r.known {
		for _, name := range s.Observed(recordPrefix) {
			if _, wanted := r.byName[name]; !wanted {
				s.Keep(name)
			}
		}
	}
	if r.zone == "" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.byName)) {
		want := r.byName[name]
		s.Add(name, &route53.Record{ForProvider: route53.RecordParameters{
			ZoneID:         &r.zone,
			Name:           &want.fqdn,
			Type:           &want.typ,
			TTL:            new(float64(ttl)),
			Records:        []string{want.value},
			AllowOverwrite: new(true), // it may be there already, for a certificate of somebody else
		}})
	}
}

// inUse are the ARNs that the certificate's user was told and has.
func inUse(s *layer.Scope, c Certificate) map[string]bool {
	used := map[string]bool{}
	user := s.Observe(c.UsedBy)
	if arn, ok := user.Parameter(c.Field); ok {
		used[arn] = true
	}
	if arn, ok := user.String(c.Field); ok {
		used[arn] = true
	}
	return used
}

// name is the certificate's, with a hash of everything that cannot be changed.
func name(s *layer.Scope, c Certificate) string {
	return c.Resource + "-" + platform.Hash(append([]string{region(s, c)}, c.Names...)...)
}

func region(s *layer.Scope, c Certificate) string {
	if c.Region != "" {
		return c.Region
	}
	return s.Platform.Region
}
