package claimfile

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = "# The claim.\nkind: MorketPlatform\nmetadata: {name: a}   # ours\nspec:\n"

func TestSetTag(t *testing.T) {
	type want struct{ File, Was, Err string }
	cases := map[string]struct {
		reason, file string
		want         want
	}{
		"Flow": {
			reason: "Should change the value, and leave comments as they are",
			file:   head + "  images: {tag: 3f2a9c1, scraper: {tag: x}}   # all of them\n  region: us-east-1\n",
			want:   want{File: head + "  images: {tag: \"0123456\", scraper: {tag: x}}   # all of them\n  region: us-east-1\n", Was: "3f2a9c1"},
		},
		"Block": {
			reason: "Should change the value in a block",
			file:   head + "  images:\n    scraper:\n      tag: x\n    tag: '3f2a9c1' # now\n",
			want:   want{File: head + "  images:\n    scraper:\n      tag: x\n    tag: \"0123456\" # now\n", Was: "3f2a9c1"},
		},
		"NoImages": {
			reason: "Should add images where there are none",
			file:   head + "  # where\n  region: us-east-1\n  network: {}\n",
			want:   want{File: head + "  # where\n  images: {tag: \"0123456\"}\n  region: us-east-1\n  network: {}\n"},
		},
		"NoTagBlock": {
			reason: "Should add the tag to a block",
			file:   head + "  images:\n    scraper: {tag: x}\n",
			want:   want{File: head + "  images:\n    tag: \"0123456\"\n    scraper: {tag: x}\n"},
		},
		"NoTagFlow": {
			reason: "Should add the tag to a line",
			file:   head + "  images: {scraper: {tag: x}}\n",
			want:   want{File: head + "  images: {tag: \"0123456\", scraper: {tag: x}}\n"},
		},
		"Same": {
			reason: "Should leave a file alone that has the tag already",
			file:   head + "  images: {tag: '0123456'}\n",
			want:   want{File: head + "  images: {tag: '0123456'}\n", Was: "0123456"},
		},
		"NotASCII": {
			reason: "Should find its place behind letters of several bytes",
			file:   head + "  tags: {Büro: Köln}\n  images: {scraper: {repository: Bürö}, tag: a}\n",
			want:   want{File: head + "  tags: {Büro: Köln}\n  images: {scraper: {repository: Bürö}, tag: \"0123456\"}\n", Was: "a"},
		},
		"Several": {
			reason: "Should leave other objects of the file alone",
			file:   "kind: Namespace\nspec: {images: {tag: a}}\n---\n" + head + "  images: {tag: a}\n",
			want:   want{File: "kind: Namespace\nspec: {images: {tag: a}}\n---\n" + head + "  images: {tag: \"0123456\"}\n", Was: "a"},
		},
		"TwoClaims": {
			reason: "Should not choose between two claims",
			file:   head + "  region: a\n---\n" + head + "  region: a\n",
			want:   want{Err: "there is more than one MorketPlatform or XMorketPlatform: give a file with one"},
		},
		"NoClaim":     {reason: "Should say that there is no claim", file: "kind: Namespace\n", want: want{Err: "there is no MorketPlatform or XMorketPlatform"}},
		"NoSpec":      {reason: "Should not make a spec", file: "kind: MorketPlatform\n", want: want{Err: "spec is missing"}},
		"EmptyImages": {reason: "Should say what to write", file: head + "  images: {}\n", want: want{Err: "spec.images (line 5) is empty: write `images: {tag: latest}`"}},
		"Anchor": {
			reason: "Should not change what an anchor gives to others too",
			file:   head + "  images: {tag: &t a, scraper: {tag: *t}}\n",
			want:   want{Err: "line 5: spec.images.tag is written in a way that cannot be changed here: write `tag: a`"},
		},
		"NotYAML": {reason: "Should say where the file is broken", file: "a: [", want: want{Err: "yaml: line 1: did not find expected node content"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file, was, err := SetTag([]byte(tc.file), "0123456")
			got := want{File: string(file), Was: was}
			if err != nil {
				got = want{Err: err.Error()}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func FuzzSetTag(f *testing.F) {
	f.Add(head+"  images: {tag: a}\n", "b")
	f.Add(head+"  images:\n    tag: a\n", "7")
	f.Add(head+"  region: a\n", "1e9")
	f.Fuzz(func(t *testing.T, file, tag string) {
		if strings.ContainsAny(tag, "\"\\\n") {
			t.Skip("no tag: the API refuses it")
		}
		changed, _, err := SetTag([]byte(file), tag)
		if err != nil {
			return
		}
		again, was, err := SetTag(changed, tag)
		if err != nil || was != tag || !bytes.Equal(again, changed) {
			t.Errorf("Should have nothing to change a second time: %q, %v\n%s", was, err, changed)
		}
	})
}
