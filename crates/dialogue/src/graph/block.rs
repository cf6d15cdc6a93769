//! Parts of the drawing with the room they take: blocks are put below or beside each other and joined by lines.

/// What a step is for: its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    /// Asks the customer.
    Ask,
    /// Says something.
    Say,
    /// Calls a tool.
    Tool,
    /// Decides, counts, remembers.
    Logic,
    /// Goes to other flows, or back.
    Flow,
    /// Fetches people.
    People,
    /// Ends well.
    End,
    /// Ends otherwise.
    Stop,
}

/// The outline of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline {
    Box,
    /// With round ends.
    Pill,
    /// With a second line at both sides: another flow that comes back.
    Double,
}

/// How a line of text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// A condition of the step.
    When,
    Head,
    Text,
    /// Code and small print.
    Small,
}

/// How a way is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    Plain,
    /// Errors and what happens otherwise.
    Dashed,
}

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Area {
    fn meets(&self, other: &Self, margin: f32) -> bool {
        self.x < other.x + other.width + margin
            && other.x < self.x + self.width + margin
            && self.y < other.y + other.height + margin
            && other.y < self.y + self.height + margin
    }

    fn shift(&mut self, dx: f32, dy: f32) {
        self.x += dx;
        self.y += dy;
    }
}

/// Something to draw.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Node {
        area: Area,
        colour: Colour,
        outline: Outline,
        lines: Vec<(Set, String)>,
        whole: String,
        passed: bool,
    },
    /// A decision; its middle.
    Diamond {
        x: f32,
        y: f32,
        passed: bool,
    },
    /// A way along these points; with an arrow at its end, or without.
    Way {
        points: Vec<(f32, f32)>,
        stroke: Stroke,
        arrow: bool,
    },
    /// A condition on a way.
    Label {
        area: Area,
        lines: Vec<String>,
        stroke: Stroke,
        whole: String,
    },
    /// Around what is repeated.
    Frame {
        area: Area,
        head: String,
        whole: String,
    },
}

impl Shape {
    fn shift(&mut self, dx: f32, dy: f32) {
        match self {
            Self::Node { area, .. } | Self::Label { area, .. } | Self::Frame { area, .. } => area.shift(dx, dy),
            Self::Diamond { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Self::Way { points, .. } => {
                for (x, y) in points {
                    *x += dx;
                    *y += dy;
                }
            }
        }
    }
}

/// Shapes around an axis at x = 0, on which the conversation enters at y = 0 and leaves at `exit`.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub shapes: Vec<Shape>,
    /// What must not be drawn over.
    pub areas: Vec<Area>,
    /// Where it leaves the axis; `None` when it does not go on.
    pub exit: Option<f32>,
}

/// Between things below each other.
pub(super) const GAP: f32 = 30.0;
/// Between things beside each other.
pub(super) const ASIDE: f32 = 26.0;

impl Block {
    /// An empty way.
    pub fn empty() -> Self {
        Self { exit: Some(0.0), ..Self::default() }
    }

    pub fn left(&self) -> f32 {
        self.areas.iter().map(|area| area.x).fold(0.0, f32::min)
    }

    pub fn right(&self) -> f32 {
        self.areas.iter().map(|area| area.x + area.width).fold(0.0, f32::max)
    }

    pub fn bottom(&self) -> f32 {
        self.areas.iter().map(|area| area.y + area.height).fold(self.exit.unwrap_or(0.0), f32::max)
    }

    /// Adds a shape that takes room.
    pub fn put(&mut self, shape: Shape) {
        match &shape {
            Shape::Node { area, .. } | Shape::Label { area, .. } | Shape::Frame { area, .. } => self.areas.push(*area),
            Shape::Diamond { x, y, .. } => {
                self.areas.push(Area { x: x - 22.0, y: y - 16.0, width: 44.0, height: 32.0 })
            }
            Shape::Way { points, .. } => {
                for pair in points.windows(2) {
                    let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
                    let area = Area { x: ax.min(bx), y: ay.min(by), width: (ax - bx).abs(), height: (ay - by).abs() };
                    // The axis itself is everybody's way.
                    if area.width > 0.0 || ax != 0.0 {
                        self.areas.push(area);
                    }
                }
            }
        }
        self.shapes.push(shape);
    }

    /// Adds another block, moved.
    pub fn add(&mut self, mut other: Self, dx: f32, dy: f32) {
        for shape in &mut other.shapes {
            shape.shift(dx, dy);
        }
        for area in &mut other.areas {
            area.shift(dx, dy);
        }
        self.shapes.append(&mut other.shapes);
        self.areas.append(&mut other.areas);
    }

    /// Puts another block below the exit, on the same axis, as high as there is room, and joins the two.
    pub fn below(&mut self, other: Self) {
        let Some(exit) = self.exit else { return };
        let gap = if matches!(self.shapes.last(), Some(Shape::Label { .. })) { GAP / 2.0 } else { GAP };
        let mut y = if self.shapes.is_empty() || other.shapes.is_empty() { exit } else { exit + gap };
        let meets = |y: f32| {
            other.areas.iter().any(|area| {
                let moved = Area { y: area.y + y, ..*area };
                self.areas.iter().any(|own| moved.meets(own, ASIDE / 2.0) && own.y + own.height > exit)
            })
        };
        while meets(y) {
            y += 6.0;
        }
        if y > exit {
            self.shapes.push(Shape::Way {
                points: vec![(0.0, exit), (0.0, y)],
                stroke: Stroke::Plain,
                arrow: !other.shapes.is_empty(),
            });
        }
        let after = other.exit.map(|exit| exit + y);
        self.add(other, 0.0, y);
        self.exit = after;
    }
}
