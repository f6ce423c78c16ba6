package dashboard

import (
	"fmt"
	"hash/fnv"
	"math"
	"strings"

	"github.com/morket-io/platform/internal/dashboard"
)

// points is how many values a line has: three hours, a value every three minutes.
const points = 61

// A curve is a line with made-up values.
type curve struct {
	label, color string
	values       []float64
}

// typical are values that metrics have on an ordinary day: about so much, give or take. What is not here cannot be drawn,
// so that a metric whose name is misspelt is found.
var typical = map[string]struct{ about, swing float64 }{
	"AWS/ECS CPUUtilization":                        {42, 22},
	"AWS/ECS MemoryUtilization":                     {55, 10},
	"ECS/ContainerInsights RunningTaskCount":        {2, 0},
	"errors":                                        {2, 2.5},
	"AWS/ApplicationELB HTTPCode_Target_2XX_Count":  {820, 180},
	"AWS/ApplicationELB HTTPCode_Target_3XX_Count":  {60, 20},
	"AWS/ApplicationELB HTTPCode_Target_4XX_Count":  {40, 15},
	"AWS/ApplicationELB HTTPCode_Target_5XX_Count":  {6, 5},
	"AWS/ApplicationELB HTTPCode_ELB_5XX_Count":     {2, 2},
	"AWS/ApplicationELB TargetResponseTime":         {0.35, 0.15},
	"AWS/ApplicationELB TargetResponseTime p99":     {1.2, 0.6},
	"AWS/RDS CPUUtilization":                        {35, 20},
	"AWS/RDS FreeableMemory":                        {4.2e9, 0.4e9},
	"AWS/RDS DatabaseConnections":                   {60, 25},
	"AWS/RDS ReadLatency":                           {0.0014, 0.0006},
	"AWS/RDS WriteLatency":                          {0.0026, 0.0011},
	"AWS/ElastiCache DatabaseMemoryUsagePercentage": {72, 6},
	"AWS/ElastiCache Evictions":                     {20, 20},
	"AWS/ElastiCache CacheHitRate":                  {93, 3},
	"AWS/CertificateManager DaysToExpiry":           {120, 0},
	"AWS/Backup NumberOfBackupJobsFailed":           {0, 0},
	"AWS/Backup NumberOfBackupJobsExpired":          {0, 0},
	"AWS/Backup NumberOfBackupJobsAborted":          {0, 0},
	"AWS/EC2 CPUUtilization":                        {30, 25},
	"AWS/EC2 StatusCheckFailed":                     {0, 0},
	"AWS/EC2 EBSReadBytes":                          {2.2e9, 1.4e9},
	"AWS/EC2 EBSWriteBytes":                         {1.1e9, 0.6e9},
	"AWS/EC2 NetworkIn":                             {0.8e9, 0.4e9},
	"AWS/EC2 NetworkOut":                            {0.5e9, 0.3e9},
	"AWS/ES ClusterStatus.green":                    {1, 0},
	"AWS/ES ClusterStatus.yellow":                   {0, 0},
	"AWS/ES ClusterStatus.red":                      {0, 0},
	"AWS/ES FreeStorageSpace":                       {62000, 1500},
	"AWS/ES JVMMemoryPressure":                      {58, 16},
	"AWS/ES CPUUtilization":                         {28, 15},
	"AWS/ES SearchLatency":                          {14, 6},
	"AWS/ES IndexingLatency":                        {4, 2},
	"AWS/AmazonMQ MessageReadyCount":                {180, 160},
	"AWS/AmazonMQ MessageUnacknowledgedCount":       {24, 10},
	"AWS/AmazonMQ ConsumerCount":                    {8, 0},
	"AWS/AmazonMQ ConnectionCount":                  {14, 2},
	"AWS/NATGateway BytesInFromDestination":         {90e6, 50e6},
	"AWS/NATGateway BytesOutToDestination":          {12e6, 6e6},
	"AWS/NATGateway ErrorPortAllocation":            {0, 0},

	// Expressions, by their labels in the graphs.
	"5xx":    {0.9, 0.8},
	"redis":  {38, 14},
	"memory": {42, 9},
	"disk":   {640, 20},
}

// measure makes up what a graph shows. The same graph always shows the same.
func measure(g *dashboard.Graph) []curve {
	var out []curve
	for _, s := range g.Metrics {
		if s.Options.Visible != nil && !*s.Options.Visible {
			continue
		}
		c := curve{label: s.Options.Label, color: s.Options.Color, values: madeUp(&s)}
		if c.color == "" {
			c.color = palette[len(out)%len(palette)]
		}
		if g.Stacked && len(out) > 0 {
			for i, below := range out[len(out)-1].values {
				c.values[i] += below
			}
		}
		out = append(out, c)
	}
	return out
}

// madeUp swings about what is typical: over hours, and a little from point to point.
func madeUp(s *dashboard.Series) []float64 {
	out := make([]float64, points)
	t, ok := typical[s.Namespace+" "+s.Metric+" "+s.Options.Stat]
	if !ok {
		t, ok = typical[kind(s)]
	}
	if !ok {
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	hash := fnv.New32a()
	_, _ = fmt.Fprint(hash, s.Metric, s.Options.Label, s.Dimensions) // a hash takes everything
	seed := hash.Sum32()
	phase := float64(seed%628) / 100
	level := t.about
	if t.swing > 0 {
		level *= 1 + 0.08*math.Sin(7*phase) // not all of a kind are alike
	}
	noise := seed
	for i := range out {
		noise = noise*1664525 + 1013904223
		slow := math.Sin(phase + 2*math.Pi*float64(i)/points)
		quick := float64(noise>>16)/65535*2 - 1
		out[i] = max(0, level+t.swing*(0.7*slow+0.3*quick))
	}
	return out
}

// kind is what typical calls a series.
func kind(s *dashboard.Series) string {
	switch {
	case s.Options.Expression != "" && strings.HasPrefix(s.Options.Label, "redis"):
		return "redis"
	case s.Options.Expression != "":
		return s.Options.Label
	case strings.HasPrefix(s.Namespace, "Morket/"):
		return "errors"
	default:
		return s.Namespace + " " + s.Metric
	}
}
