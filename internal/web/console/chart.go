package console

// The measures of a chart, in units of its own: it is as wide as its page.
const (
	chartHeight = 100
	barStep     = 10
	barWidth    = 7
)

// chart is a picture of bars, one a day, refused calls on top of accepted ones.
// The same numbers stand in a table beside it.
type chart struct {
	Width, Height int
	Bars          []bar
	Most          int64 // what the tallest bar stands for
}

type bar struct {
	X, Y, Width, Height int
	Refused             bool
}

// chartOf draws the days.
func chartOf(days []useDay) chart {
	c := chart{Width: len(days) * barStep, Height: chartHeight}
	for _, d := range days {
		c.Most = max(c.Most, d.Accepted+d.Refused)
	}
	if c.Most == 0 {
		return c
	}
	for i, d := range days {
		x := i*barStep + (barStep-barWidth)/2
		accepted, refused := c.tall(d.Accepted), c.tall(d.Refused)
		refused = min(refused, chartHeight-accepted)
		if accepted > 0 {
			c.Bars = append(c.Bars, bar{x, chartHeight - accepted, barWidth, accepted, false})
		}
		if refused > 0 {
			c.Bars = append(c.Bars, bar{x, chartHeight - accepted - refused, barWidth, refused, true})
		}
	}
	return c
}

// tall is the height of a bar. What is not nothing is seen.
func (c chart) tall(n int64) int {
	if n == 0 {
		return 0
	}
	return max(2, int(float64(n)*chartHeight/float64(c.Most)))
}
