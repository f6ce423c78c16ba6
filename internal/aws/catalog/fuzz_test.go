package catalog

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/crds"
)

// FuzzEncode sets random fields of every model. Encoding must not panic, must give what the CRD allows and must be
// something that can be sent.
func FuzzEncode(f *testing.F) {
	ds, err := definitions()
	if err != nil {
		f.Fatal(err)
	}
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // To repeat a test, not to keep a secret.
		for _, r := range Resources() {
			v := reflect.ValueOf(r).Elem()
			partlyFill(rng, v.FieldByName("ForProvider"))
			partlyFill(rng, v.FieldByName("InitProvider"))

			check(t, r.Kind(), "spec.forProvider", ds[r.Kind()].ForProvider(), r.ForProviderStruct())
			if init := r.InitProviderStruct(); init != nil {
				check(t, r.Kind(), "spec.initProvider", ds[r.Kind()].InitProvider(), init)
			}
		}
	})
}

func check(t *testing.T, k *aws.Kind, path string, s crds.Schema, got *structpb.Struct) {
	t.Helper()
	if err := conforms(s, structpb.NewStructValue(got), path); err != nil {
		t.Errorf("\nShould encode only what the CRD has\n%s %s: %v", k.APIVersion, k.Kind, err)
	}
	if _, err := proto.Marshal(got); err != nil {
		t.Errorf("\nShould encode what can be sent\n%s %s: %s: %v", k.APIVersion, k.Kind, path, err)
	}
}

// partlyFill leaves a third of what can be nil so, and makes a third of the lists and maps empty.
func partlyFill(rng *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if rng.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			partlyFill(rng, v.Elem())
		}
	case reflect.Struct:
		for _, f := range v.Fields() {
			partlyFill(rng, f)
		}
	case reflect.Slice:
		if n := rng.IntN(4) - 1; n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				partlyFill(rng, v.Index(i))
			}
		}
	case reflect.Map:
		if n := rng.IntN(4) - 1; n >= 0 {
			m := map[string]string{}
			for range n {
				m[text(rng)] = text(rng)
			}
			v.Set(reflect.ValueOf(m))
		}
	case reflect.String:
		v.SetString(text(rng))
	case reflect.Float64:
		v.SetFloat(rng.NormFloat64())
	case reflect.Int64:
		v.SetInt(rng.Int64())
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	default:
		panic("no model has a field of kind " + v.Kind().String())
	}
}

// text returns up to eight characters, some of which are not letters and not ASCII.
func text(rng *rand.Rand) string {
	r := make([]rune, rng.IntN(9))
	for i := range r {
		r[i] = rng.Int32N(0x2fff)
	}
	return string(r)
}
