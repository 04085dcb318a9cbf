//! Pages that were used already: no page of a database belongs to two things, so that following
//! its links ends.

use super::error::RpmError;

pub(super) struct Pages(Vec<bool>);

impl Pages {
    /// None used yet of pages 0 to `count`.
    pub(super) fn new(count: u32) -> Result<Self, RpmError> {
        let count = usize::try_from(count).map_err(|_| RpmError::Limit("pages"))?;
        Ok(Self(vec![false; count.saturating_add(1)]))
    }

    /// Marks a page as used.
    ///
    /// # Errors
    /// Where there is no such page, or it was used before.
    pub(super) fn take(&mut self, number: u32) -> Result<(), RpmError> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        match self.0.get_mut(at) {
            Some(used) if !*used => {
                *used = true;
                Ok(())
            }
            Some(_) => Err(RpmError::corrupt(format!("page {number} is used twice"))),
            None => Err(RpmError::corrupt(format!("there is no page {number}"))),
        }
    }
}
