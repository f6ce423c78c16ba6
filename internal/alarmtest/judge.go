// Package alarmtest evaluates CloudWatch alarms against made-up metric data, as CloudWatch documents that it does. It
// serves tests: of an alarm that the platform composes they ask whether it fires when it should.
package alarmtest

// A State of an alarm.
type State string

// States.
const (
	OK               State = "OK"
	Alarming         State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// A Point is a data point, as an alarm sees it.
type Point int

// Points.
const (
	Missing Point = iota
	Within        // the threshold
	Beyond        // the threshold: breaching
)

// Judge says which state an alarm goes to. points are those of the evaluation range, the latest last, which are more than
// the alarm's evaluation periods; how many more AWS does not say. breaching are the alarm's datapoints to alarm, treat is
// its treatment of missing data, and before its state until now.
//
// The rules are those of the CloudWatch user guide, "Using Amazon CloudWatch alarms": "How alarm state is evaluated when data
// is missing" and "Avoiding premature transitions to alarm state".
func Judge(points []Point, periods, breaching int, treat string, before State) State {
	var there, beyond, oldest int // of the latest points that exist, as many as the alarm evaluates
	for age := 1; age <= len(points) && there < periods; age++ {
		switch points[len(points)-age] {
		case Missing:
			continue
		case Beyond:
			beyond++
		case Within:
		}
		there++
		oldest = age
	}
	missing := periods - there
	switch {
	case treat == "breaching":
		beyond += missing
	case treat == "notBreaching" || missing == 0 || beyond >= breaching: // missing ones are good, or not needed
	case there == 0, beyond == there && oldest < breaching:
		// Nothing is known, or too little: what is beyond the threshold is so recent that the next point may be good.
		return unsure(treat, before, InsufficientData)
	case beyond == there:
		// Nothing but points beyond the threshold, for long enough, and then no data: AWS calls it premature.
		return unsure(treat, before, Alarming)
	}
	if beyond >= breaching {
		return Alarming
	}
	return OK
}

// unsure is the state that an alarm keeps if it ignores missing data, or another.
func unsure(treat string, before, otherwise State) State {
	if treat == "ignore" {
		return before
	}
	return otherwise
}
