package kinds

import (
	"slices"
	"strings"
)

var cloudfrontDistribution = Facts{
	ID: cloudFront, ARN: anARN, Import: "{id}", Price: byUse, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt: &Adoption{Form: "its id", Keeps: []string{"comment"}},
	OnUpdate: map[string]Impact{
		"enabled": {"it answers no requests while it is disabled", true, AtOnce, distributionSettings},
	},
	OnChange: map[string]func(was, will any) []Consequence{
		"aliases": losesAliases, "origin": losesOrigins, "viewerCertificate": otherCertificate,
		"orderedCacheBehavior": losesBehaviours, "defaultCacheBehavior": otherDefault,
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"domainName": "d" + hash(id, 13) + ".cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2"}
	},
}

const distributionSettings = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html"

// broken is an impact of a distribution that breaks connections.
func broken(effect string) []Consequence {
	return []Consequence{{Impact: Impact{effect, true, AtOnce, distributionSettings}}}
}

func losesAliases(was, will any) []Consequence {
	gone := missing(was, will)
	if len(gone) == 0 {
		return nil
	}
	return broken("it answers no longer under " + strings.Join(gone, " and "))
}

func losesOrigins(was, will any) []Consequence {
	gone := missing(each(was, "domainName"), each(will, "domainName"))
	if len(gone) == 0 {
		return nil
	}
	return broken("requests no longer lead to " + strings.Join(gone, " and "))
}

func losesBehaviours(was, will any) []Consequence {
	gone := missing(each(was, "pathPattern"), each(will, "pathPattern"))
	if len(gone) == 0 {
		return nil
	}
	return broken("requests of " + strings.Join(gone, " and ") + " are treated as all others")
}

// otherDefault is of a distribution that leads to another origin, or runs other code.
func otherDefault(was, will any) []Consequence {
	before, after := objectsIn(was), objectsIn(will)
	if len(before) == 0 || len(after) == 0 {
		return nil
	}
	var out []Consequence
	if before[0].Text("targetOriginId") != after[0].Text("targetOriginId") {
		out = append(out, broken("requests lead to the origin "+after[0].Text("targetOriginId")+", no longer to "+before[0].Text("targetOriginId"))...)
	}
	lost := slices.Concat(missing(each(before[0]["functionAssociation"], "functionArn"), each(after[0]["functionAssociation"], "functionArn")),
		missing(each(before[0]["lambdaFunctionAssociation"], "lambdaArn"), each(after[0]["lambdaFunctionAssociation"], "lambdaArn")))
	if len(lost) > 0 {
		out = append(out, broken("requests no longer run "+strings.Join(lost, " and "))...)
	}
	return out
}

// otherCertificate is of a distribution with another certificate of somebody's, or without it.
func otherCertificate(was, will any) []Consequence {
	before := slices.Concat(missing(each(was, "acmCertificateArn"), each(will, "acmCertificateArn")), missing(each(was, "iamCertificateId"), each(will, "iamCertificateId")))
	if len(before) == 0 {
		return nil
	}
	return broken("clients get another certificate: those that ask for a name that it is not for refuse it")
}

// each are the texts in a field of each of some objects, but those that are empty.
func each(v any, field string) any {
	var out []any
	for _, o := range objectsIn(v) {
		if s := o.Text(field); s != "" {
			out = append(out, s)
		}
	}
	return out
}
