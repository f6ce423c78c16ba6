package alarmtest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keep stands for whichever state the alarm had.
const keep State = "retain current state"

func points(s string) []Point {
	var out []Point
	for _, r := range s {
		out = append(out, map[rune]Point{'-': Missing, '0': Within, 'X': Beyond}[r])
	}
	return out
}

// TestJudge holds the evaluation to the examples in the CloudWatch user guide, "How alarm state is evaluated when data is
// missing": both tables, row by row, of alarms of 3 periods with an evaluation range of 5, and the cases that "Avoiding
// premature transitions to alarm state" tells in words.
func TestJudge(t *testing.T) {
	treatments := []string{"missing", "ignore", "breaching", "notBreaching"}
	cases := []struct {
		reason    string
		points    string
		breaching int
		want      [4]State
	}{
		{"Three of three, row 1: enough points are there.", "0-X-X", 3, [4]State{OK, OK, OK, OK}},
		{"Three of three, row 2: the good point counts.", "0----", 3, [4]State{OK, OK, OK, OK}},
		{"Three of three, row 3: the treatment decides.", "-----", 3, [4]State{InsufficientData, keep, Alarming, OK}},
		{"Three of three, row 4: the gap is skipped.", "0XX-X", 3, [4]State{Alarming, Alarming, Alarming, Alarming}},
		{"Three of three, row 5: premature.", "--X--", 3, [4]State{Alarming, keep, Alarming, OK}},
		{"Two of three, row 1.", "0-X-X", 2, [4]State{Alarming, Alarming, Alarming, Alarming}},
		{"Two of three, row 2.", "00X0X", 2, [4]State{Alarming, Alarming, Alarming, Alarming}},
		{"Two of three, row 3.", "0-X--", 2, [4]State{OK, OK, Alarming, OK}},
		{"Two of three, row 4.", "----0", 2, [4]State{OK, OK, Alarming, OK}},
		{"Two of three, row 5: premature.", "---X-", 2, [4]State{Alarming, keep, Alarming, OK}},
		{"A first bad point is no alarm yet, because the next may be good.", "----X", 3, [4]State{InsufficientData, keep, Alarming, OK}},
		{"Nor is it one period later.", "---X-", 3, [4]State{InsufficientData, keep, Alarming, OK}},
		{"A good point after it is good.", "---X0", 3, [4]State{OK, OK, OK, OK}},
		{"A good point after a gap is good.", "--X-0", 3, [4]State{OK, OK, OK, OK}},
	}
	for _, tc := range cases {
		for i, treat := range treatments {
			for _, before := range []State{OK, Alarming, InsufficientData} {
				want := tc.want[i]
				if want == keep {
					want = before
				}
				if diff := cmp.Diff(want, Judge(points(tc.points), 3, tc.breaching, treat, before)); diff != "" {
					t.Errorf("\n%s\n%s, %s: -want, +got:\n%s", tc.reason, tc.points, treat, diff)
				}
			}
		}
	}
}
