//! Rules on what the offer says of the image.

pub mod property_flags;
