//! Rooms seen from above: who of the clusters sat where.

use crate::model::evidence::SimilarityGroup;
use crate::model::similarity_evidence::{SeatedRoom, TakenSeat};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, masked, say};
use crate::report::chart::network;
use crate::report::chart::palette::{BLUE, GRID, INK, MUTED, ORANGE, PAPER};

/// Rooms of one chart.
const MAXIMUM_ROOMS: usize = 6;
/// Rooms side by side.
const ACROSS: usize = 2;
/// Largest and smallest side of a seat, pixels.
const SEAT: (f64, f64) = (34.0, 9.0);
/// From this side on a seat holds the number of its cluster.
const LEGIBLE_SEAT: f64 = 16.0;
/// Between two rooms, and above each for its name.
const GAP: f64 = 34.0;

/// The chart of one group; `None` where no seat of a flagged person has a row and a column.
pub fn draft<'a>(group: &'a SimilarityGroup, names: &BatchNames) -> Option<Draft<'a>> {
    let rooms = &group.detail.rooms;
    if rooms.is_empty() {
        return None;
    }
    let mut data = ChartData::new(&["batch_id", "room", "row", "column", "candidate_id", "cluster", "likely_source"]);
    for room in rooms {
        data.rows.extend(room.seats.iter().map(|seat| {
            vec![
                masked(room.batch_id.as_str()),
                masked(&room.room),
                seat.row.to_string(),
                seat.column.to_string(),
                masked(seat.candidate_id.as_str()),
                seat.cluster.to_string(),
                seat.likely_source.to_string(),
            ]
        }));
    }
    let name = network::group_name(group);
    let (shown, all) = (rooms.len().min(MAXIMUM_ROOMS), rooms.len());
    Some(Draft {
        name: format!("similarity-seats-{name}"),
        title: Bilingual::new(format!("座位图：{name}"), format!("Seats: {name}")),
        subtitle: network::group_subtitle(group, names),
        caption: Bilingual::new(
            format!(
                "每格一个座位，排与列取自座位号，第 1 排在上方；方格中的数字为所属组的编号，粗框为该组可能的来源（只作线索）。图示 {all} 个\
                 有标记人员的考场中的 {shown} 个。座位相邻不说明原因，须结合座位表原件与监考记录确认。"
            ),
            format!(
                "One square a seat, row and column read from the seat number, row 1 on top; the number in a square is its \
                 cluster, a thick frame the likely source of the cluster (a lead only). {shown} of {all} rooms with flagged \
                 persons are drawn. Sitting side by side shows no cause: to be confirmed with the seating plan and the \
                 invigilation records."
            ),
        ),
        data,
        section: ChartSection::Similarity,
        batch_id: network::single_batch(group),
        picture: Box::new(SeatsPicture { rooms: &rooms[..shown] }),
    })
}

struct SeatsPicture<'a> {
    rooms: &'a [SeatedRoom],
}

fn most(room: &SeatedRoom, of: fn(&TakenSeat) -> u32) -> f64 {
    f64::from(room.seats.iter().map(of).max().unwrap_or(1).max(1))
}

impl Picture for SeatsPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Fill(BLUE, None), say(language, "组内人员", "in a cluster")),
                (Key::Fill(ORANGE, None), say(language, "可能的来源", "likely source")),
                (Key::Fill(GRID, None), say(language, "其他考生", "others")),
            ],
        );
        let width = (WIDTH - 2.0 * MARGIN - GAP) / ACROSS as f64;
        let mut top = TOP + used + GAP;
        for row in self.rooms.chunks(ACROSS) {
            let mut lowest = top;
            for (place, room) in row.iter().enumerate() {
                let left = MARGIN + place as f64 * (width + GAP);
                lowest = lowest.max(draw_room(canvas, room, left, top, width));
            }
            top = lowest + GAP;
        }
        top - GAP / 2.0
    }
}

/// Draws one room; returns its lower edge.
fn draw_room(canvas: &Canvas<'_>, room: &SeatedRoom, left: f64, top: f64, width: f64) -> f64 {
    let (rows, columns) = (most(room, |seat| seat.row), most(room, |seat| seat.column));
    let side = (width / columns).clamp(SEAT.1, SEAT.0);
    let title = if room.batch_id.as_str().is_empty() {
        masked(&room.room)
    } else {
        format!("{} · {}", masked(room.batch_id.as_str()), masked(&room.room))
    };
    canvas.text(left, top - 6.0, &canvas.fit(&title, SMALL, width), Type::new(SMALL).bold().above());
    canvas.outline(Area::new(left, top, left + columns * side, top + rows * side), Stroke::new(MUTED, 1.0));
    for seat in &room.seats {
        let x = left + f64::from(seat.column.saturating_sub(1)) * side;
        let y = top + f64::from(seat.row.saturating_sub(1)) * side;
        let area = Area::new(x + 1.5, y + 1.5, x + side - 1.5, y + side - 1.5);
        let colour = match (seat.cluster, seat.likely_source) {
            (0, _) => GRID,
            (_, true) => ORANGE,
            (_, false) => BLUE,
        };
        canvas.rect(area, colour);
        if seat.likely_source {
            canvas.outline(area, Stroke::new(INK, 2.0));
        }
        if seat.cluster > 0 && side >= LEGIBLE_SEAT {
            let ink = if seat.likely_source { INK } else { PAPER };
            let number = seat.cluster.to_string();
            canvas.text(x + side / 2.0, y + side / 2.0, &number, Type::new(SMALL).centre().colour(ink));
        }
    }
    top + rows * side
}
