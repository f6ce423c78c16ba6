package docs

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// Where things are, in pixels.
const (
	pictureWidth, pictureHeight = 1200, 740

	asideX, asideWidth = 24, 270
	vpcX, vpcWidth     = 330, 846
	zoneX, zoneWidth   = vpcX + 16, vpcWidth - 32
	rowX, rowWidth     = zoneX + 16, zoneWidth - 32

	balancerX, balancerWidth  = zoneX + 190, 380
	internetY, internetHeight = 50, 34
	vpcY                      = 130
	publicY, publicHeight     = 160, 112
	privateY, privateHeight   = 292, 414
	clusterY, clusterHeight   = 328, 196
	servicesY, boxHeight      = 412, 76
	storesY                   = 604
)

// A picture is SVG that is being written.
type picture struct {
	b strings.Builder
}

// A box is a rectangle in pixels.
type box struct{ x, y, w, h int }

func (r box) middle() int { return r.x + r.w/2 }

// Draw draws an architecture as SVG.
func (a *Architecture) Draw() string {
	p := &picture{}
	p.line(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="12" fill="#16191f">`, pictureWidth, pictureHeight)
	p.line(`<title>The architecture of %s</title>`, escaped(a.Name))
	p.line(`<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#545b64"/></marker></defs>`)
	p.line(`<rect width="100%%" height="100%%" fill="#fff"/>`)
	p.label(asideX, 32, a.Name+", "+a.Region, `font-size="18" font-weight="bold"`)
	p.label(pictureWidth-asideX, 32, "drawn from the composed resources", `fill="#545b64" text-anchor="end"`)
	internet := box{asideX, internetY, pictureWidth - 2*asideX, internetHeight}
	p.box(internet, "#f2f3f3", "#879196", "Internet")

	p.zone(box{vpcX, vpcY, vpcWidth, pictureHeight - vpcY - 18}, "#8c4fff", "VPC "+a.CIDR)
	p.zone(box{zoneX, publicY, zoneWidth, publicHeight}, "#6b8e13", "public subnets")
	for i, s := range a.Public {
		p.label(zoneX+12, publicY+38+i*16, s, `font-size="11"`)
	}
	p.zone(box{zoneX, privateY, zoneWidth, privateHeight}, "#008f91", "private subnets")
	p.label(zoneX+12, privateY+privateHeight-9, strings.Join(a.Private, ", "), `font-size="11"`)
	a.drawEntrance(p)
	a.drawServices(p)
	a.drawStores(p)
	a.drawAside(p)
	p.line(`</svg>`)
	return p.b.String()
}

// drawEntrance draws how requests come in and go out.
func (a *Architecture) drawEntrance(p *picture) {
	lb := box{balancerX, publicY + 26, balancerWidth, boxHeight}
	p.node(lb, a.LoadBalancer)
	p.arrow(lb.middle(), internetY+internetHeight, lb.middle(), lb.y)
	p.label(lb.middle()+10, vpcY-14, a.from(a.LoadBalancer), `fill="#545b64"`)

	nat := box{zoneX + zoneWidth - 196, publicY + 36, 180, 44}
	p.box(nat, "#fff", "#7aa116", count(float64(a.NATs), "NAT gateway"))
	p.arrow(nat.middle(), privateY, nat.middle(), nat.y+nat.h)
	p.arrow(nat.middle(), nat.y, nat.middle(), internetY+internetHeight)
	p.label(nat.middle()-10, vpcY-14, "what goes out", `fill="#545b64" text-anchor="end"`)
}

// drawServices draws the ECS services, and what the load balancer sends to each.
func (a *Architecture) drawServices(p *picture) {
	p.zone(box{rowX, clusterY, rowWidth, clusterHeight}, "#ed7100", "ECS services on Fargate")
	from := balancerX + balancerWidth/2
	for i := range a.Services {
		s, r := &a.Services[i], column(i, len(a.Services), servicesY)
		p.node(r, s.Node)
		if s.Port == 0 {
			continue
		}
		p.arrow(from, publicY+26+boxHeight, r.middle(), r.y)
		p.label(r.middle(), r.y-40, strings.Join(s.Paths, ", "), `text-anchor="middle" `+halo)
		p.label(r.middle(), r.y-25, fmt.Sprintf(":%d", s.Port), `text-anchor="middle" `+halo)
	}
	var each []string
	for _, s := range a.Services {
		if ports := a.ports(a.shared(), a.own(s.Groups)); ports != "" {
			each = append(each, s.Title+" on "+ports)
		}
	}
	others := strings.Join(append([]string{"each other on " + a.ports(a.shared(), a.shared())}, each...), ", ")
	p.label(rowX+12, clusterY+clusterHeight-12, "may reach "+others, `fill="#545b64"`)
}

// shared are the groups that all services have, own is what one has besides.
func (a *Architecture) shared() []string {
	out := slices.Clone(a.Services[0].Groups)
	for i := range a.Services {
		out = slices.DeleteFunc(out, func(g string) bool { return !slices.Contains(a.Services[i].Groups, g) })
	}
	return out
}

func (a *Architecture) own(groups []string) []string {
	return slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return slices.Contains(a.shared(), g) })
}

// drawStores draws what keeps data, and where the services reach it.
func (a *Architecture) drawStores(p *picture) {
	for i, s := range a.Stores {
		r := column(i, len(a.Stores), storesY)
		p.node(r, s)
		if ports := a.ports(a.shared(), s.Groups); ports != "" {
			p.arrow(r.middle(), clusterY+clusterHeight, r.middle(), r.y)
			p.label(r.middle()+8, r.y-28, ":"+strings.ReplaceAll(ports, ", ", ", :"), halo)
		}
	}
}

// drawAside draws what is outside the VPC: the site, and what the platform uses of AWS's own.
func (a *Architecture) drawAside(p *picture) {
	y := internetY + internetHeight + 46
	if a.Site != nil {
		cdn := box{asideX, y, asideWidth, 60}
		p.node(cdn, Node{Title: "CloudFront", Says: []string{"HTTPS, DNS: " + strings.Join(a.Site.Names, ", ")}})
		p.arrow(cdn.middle(), internetY+internetHeight, cdn.middle(), cdn.y)
		bucket := box{asideX, y + 92, asideWidth, 56}
		p.node(bucket, Node{Title: "S3", Says: a.Site.Buckets})
		p.arrow(cdn.middle(), cdn.y+cdn.h, bucket.middle(), bucket.y)
	}
	y = privateY + 24
	for i, n := range a.Aside {
		height := 30 + 15*len(n.Says)
		p.node(box{asideX, y, asideWidth, height}, n)
		if i == 0 && slices.ContainsFunc(a.Services, func(s Service) bool { return len(s.Buckets) > 0 }) {
			p.arrow(rowX, y+height/2, asideX+asideWidth, y+height/2)
		}
		y += height + 10
	}
}

// from says who may reach a node, if anybody from outside may.
func (a *Architecture) from(n Node) string {
	at := map[string][]string{}
	var sources []string
	for _, l := range a.Links {
		if slices.Contains(n.Groups, l.To) {
			if at[l.From] == nil {
				sources = append(sources, l.From)
			}
			at[l.From] = append(at[l.From], l.Port)
		}
	}
	for i, s := range sources {
		sources[i] = s + " on " + strings.Join(at[s], ", ")
	}
	return strings.Join(sources, "; ")
}

// ports are those on which some groups may reach others.
func (a *Architecture) ports(from, to []string) string {
	var out []string
	for _, l := range a.Links {
		if slices.Contains(from, l.From) && slices.Contains(to, l.To) {
			out = append(out, l.Port)
		}
	}
	return strings.Join(out, ", ")
}

// column is the i-th of n boxes in a row.
func column(i, n, y int) box {
	const gap = 12
	width := (rowWidth - (n+1)*gap) / n
	return box{rowX + gap + i*(width+gap), y, width, boxHeight}
}

// halo keeps text readable on a line.
const halo = `paint-order="stroke" stroke="#fff" stroke-width="4"`

func (p *picture) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// label writes text; style is further attributes.
func (p *picture) label(x, y int, s, style string) {
	p.line(`<text x="%d" y="%d" %s>%s</text>`, x, y, style, escaped(s))
}

func (p *picture) zone(r box, colour, title string) {
	p.line(`<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s" fill-opacity="0.04" stroke="%s" stroke-dasharray="5 3"/>`, r.x, r.y, r.w, r.h, colour, colour)
	p.label(r.x+12, r.y+18, title, `font-weight="bold" fill="`+colour+`"`)
}

func (p *picture) box(r box, fill, stroke, title string) {
	p.line(`<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s" stroke="%s"/>`, r.x, r.y, r.w, r.h, fill, stroke)
	p.label(r.middle(), r.y+r.h/2+4, title, `font-weight="bold" text-anchor="middle"`)
}

// node draws a box with its title and what it says.
func (p *picture) node(r box, n Node) {
	p.line(`<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#fff" stroke="#545b64"/>`, r.x, r.y, r.w, r.h)
	p.label(r.middle(), r.y+20, n.Title, `font-weight="bold" text-anchor="middle"`)
	for i, s := range n.Says {
		p.label(r.middle(), r.y+37+i*15, s, `font-size="11" text-anchor="middle"`)
	}
}

func (p *picture) arrow(x1, y1, x2, y2 int) {
	p.line(`<path d="M%d %dL%d %d" stroke="#545b64" stroke-width="1.5" fill="none" marker-end="url(#arrow)"/>`, x1, y1, x2, y2)
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
