package kinds

import "strings"

var acmCertificate = Facts{
	ID: uuid, ARN: anARN, Import: "{arn}", Adopt: createdBeside, Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Answer: func(_ string, p Parameters) map[string]any {
		var options []any
		names, _ := p["subjectAlternativeNames"].([]any)
		for _, v := range names {
			domain, _ := v.(string)
			base := strings.TrimPrefix(domain, "*.")
			h := hash(base, 32)
			options = append(options, map[string]any{
				"domainName":          domain,
				"resourceRecordName":  "_" + h + "." + base + ".",
				"resourceRecordType":  "CNAME",
				"resourceRecordValue": "_" + hash(h, 32) + ".acm-validations.aws.",
			})
		}
		return map[string]any{"domainValidationOptions": options}
	},
}
