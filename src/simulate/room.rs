//! Names of examination rooms.

/// Name of a room.
pub fn room_name(room: usize) -> String {
    format!("第{room}考场")
}
