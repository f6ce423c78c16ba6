package fakeaws

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func (a *Account) cloudFront(w http.ResponseWriter, r *http.Request) {
	type invalidation struct {
		XMLName    xml.Name `xml:"Invalidation"`
		ID         string   `xml:"Id"`
		Status     string
		CreateTime string
	}
	parts := strings.Split(r.URL.Path, "/")
	if !a.distributions[parts[3]] {
		http.Error(w, "no such distribution", http.StatusNotFound)
		return
	}
	out := invalidation{Status: "InProgress", CreateTime: "2026-11-23T00:00:00Z"}
	if r.Method == http.MethodPost {
		a.actions["cloudfront:CreateInvalidation"] = true
		out.ID = fmt.Sprintf("I%d", len(a.Invalidations)+1)
		a.Invalidations[out.ID] = 0
		w.Header().Set("Location", "/"+out.ID)
		w.WriteHeader(http.StatusCreated)
	} else {
		a.actions["cloudfront:GetInvalidation"] = true
		out.ID = parts[5]
		a.Invalidations[out.ID]++
		if a.Invalidations[out.ID] > 1 {
			out.Status = "Completed"
		}
	}
	xml.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // the client has gone
}

// s3 answers for any bucket, in the path style.
func (a *Account) s3(w http.ResponseWriter, r *http.Request, body string) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	bucket, _, _ := strings.Cut(name, "/")
	switch r.Method {
	case http.MethodPut:
		a.actions["s3:PutObject"] = true
		a.Objects[name] = Object{Body: body, Cache: r.Header.Get("Cache-Control"), Kind: r.Header.Get("Content-Type")}
		w.Header().Set("ETag", `"0"`)
	case http.MethodGet:
		a.actions["s3:ListBucket"] = true
		prefix := bucket + "/" + r.URL.Query().Get("prefix")
		fmt.Fprint(w, "<ListBucketResult>") //nolint:errcheck // the client has gone
		for _, k := range slices.Sorted(maps.Keys(a.Objects)) {
			if strings.HasPrefix(k, prefix) {
				fmt.Fprintf(w, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>2099-01-01T00:00:00Z</LastModified></Contents>", //nolint:errcheck,gosec // the client has gone; it is no browser
					strings.TrimPrefix(k, bucket+"/"), len(a.Objects[k].Body))
			}
		}
		fmt.Fprint(w, "<IsTruncated>false</IsTruncated></ListBucketResult>") //nolint:errcheck // the client has gone
	default: // a deploy deletes nothing
		http.Error(w, r.Method, http.StatusMethodNotAllowed)
	}
}
